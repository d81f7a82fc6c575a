// Where a line of code that is too long is broken: the cheapest way, in
// clang-format's sense of it.
#ifndef MODELSERVICE_PLUGIN_EMIT_LINE_BREAKER_H_
#define MODELSERVICE_PLUGIN_EMIT_LINE_BREAKER_H_

#include <cstddef>
#include <vector>

#include "plugin/emit/code_tokens.h"

namespace modelservice::plugin {

// A break in front of a token.
struct LineBreak {
  size_t token;
  int column;
};

// `first_column` is where the tokens start; `nesting` what Tokenize was given.
std::vector<LineBreak> BreakLine(const std::vector<CodeToken>& tokens,
                                 int first_column, int nesting);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_LINE_BREAKER_H_
