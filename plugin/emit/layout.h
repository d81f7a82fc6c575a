// Breaks generated code into lines of at most 80 columns, where and as
// clang-format does it in Google's style, for what generated code is made of:
// declarations, calls, chains of setters, types and lists of initializers. A
// token that is longer than a line stays as it is.
//
// Pure functions of their arguments.
#ifndef MODELSERVICE_PLUGIN_EMIT_LAYOUT_H_
#define MODELSERVICE_PLUGIN_EMIT_LAYOUT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

inline constexpr size_t kLineWidth = 80;

// What a line of code is part of.
enum class LineContext {
  kStatement,  // a declaration, a statement, or the head of either
  kItem,       // an item of a list of initializers, with its comma
};

// `line`, which is written in one line with single blanks, as lines that start
// in column `indentation`; the first one without it.
std::string LayOut(absl::string_view line, size_t indentation,
                   LineContext context);

// A constant list: `head` ("constexpr int kKey[]"), each item without its
// comma. Every line without `indentation`.
std::string LayOutList(absl::string_view head,
                       const std::vector<std::string>& items,
                       size_t indentation);

// A function in one line if it has one statement and fits, else in several.
std::string LayOutFunction(absl::string_view head,
                           const std::vector<std::string>& statements,
                           size_t indentation);

// A comment line, "/// words", as lines that fit.
std::string LayOutComment(absl::string_view line, size_t indentation);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_LAYOUT_H_
