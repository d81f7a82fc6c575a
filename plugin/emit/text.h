// What a user wrote, made safe to stand in generated C++.
#ifndef MODELSERVICE_PLUGIN_EMIT_TEXT_H_
#define MODELSERVICE_PLUGIN_EMIT_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

// A C++ expression for the text, of a type that converts to absl::string_view:
// "it\'s".
std::string StringLiteral(absl::string_view text);

// One line of a comment: no character ends, continues or reorders it.
std::string CommentLine(absl::string_view text);

// A user's comment as /// lines; empty when there is none.
std::string DocComment(absl::string_view comment);

// The words in one line if that fits behind `indentation`, else the second one
// below the first, indented by `step`.
std::string Fit(absl::string_view first, absl::string_view second,
                size_t indentation, size_t step);

// `pieces` in one line if that fits behind `indentation`, else one a line, the
// further ones indented by four more: the setters of a column.
std::string Chain(const std::vector<std::string>& pieces, size_t indentation);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_TEXT_H_
