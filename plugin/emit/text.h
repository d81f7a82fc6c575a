// What a user wrote, made safe to stand in generated C++.
#ifndef MODELSERVICE_PLUGIN_EMIT_TEXT_H_
#define MODELSERVICE_PLUGIN_EMIT_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

// A C++ expression for the text, of a type that converts to absl::string_view:
// "it\'s". A long one is in pieces, "of several " "words".
std::string StringLiteral(absl::string_view text);

// One line of a comment: no character ends, continues or reorders it.
std::string CommentLine(absl::string_view text);

// A user's comment as /// lines; empty when there is none.
std::string DocComment(absl::string_view comment);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_TEXT_H_
