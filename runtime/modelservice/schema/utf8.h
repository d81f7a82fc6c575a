// Whether bytes are well-formed UTF-8 (RFC 3629): no overlong forms, no
// surrogates, nothing past U+10FFFF. protobuf keeps its own check internal.
#ifndef MODELSERVICE_SCHEMA_UTF8_H_
#define MODELSERVICE_SCHEMA_UTF8_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace modelservice {

bool IsUtf8(absl::string_view bytes);

// What a client is told of a text with U+0000, which PostgreSQL cannot store;
// the words are those of Django's ProhibitNullCharactersValidator.
constexpr absl::string_view kNoNul = "Null characters are not allowed.";

// Copies `text` and says whether all of it is ASCII, in one pass.
bool CopyAndTellAscii(absl::string_view text, char* to);

// The number of characters (code points) in well-formed UTF-8.
size_t Utf8Length(absl::string_view text);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_UTF8_H_
