// Whether bytes are well-formed UTF-8 (RFC 3629): no overlong forms, no
// surrogates, nothing past U+10FFFF. protobuf keeps its own check internal.
#ifndef MODELSERVICE_SCHEMA_UTF8_H_
#define MODELSERVICE_SCHEMA_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace modelservice {

bool IsUtf8(absl::string_view bytes);

// What a client is told of a text with U+0000, which PostgreSQL cannot store;
// the words are those of Django's ProhibitNullCharactersValidator.
constexpr absl::string_view kNoNul = "Null characters are not allowed.";
inline bool HasNul(absl::string_view text) {
  return text.find('\0') != absl::string_view::npos;
}

// Without the mark that some editors begin UTF-8 with, U+FEFF.
inline absl::string_view WithoutByteOrderMark(absl::string_view text) {
  absl::ConsumePrefix(&text, "\xEF\xBB\xBF");
  return text;
}

// Copies `text` and says whether all of it is ASCII, in one pass. Inline, for
// it is done for each text of each row.
inline bool CopyAndTellAscii(absl::string_view text, char* to) {
  const char* const from = text.data();
  const size_t size = text.size();
  uint64_t seen = 0;
  const auto copy = [&](size_t at, auto word) {
    std::memcpy(&word, from + at, sizeof word);
    std::memcpy(to + at, &word, sizeof word);
    seen |= word;
  };
  if (size >= sizeof(uint64_t)) {
    const size_t last = size - sizeof(uint64_t);
    for (size_t i = 0; i < last; i += sizeof(uint64_t)) copy(i, uint64_t{});
    copy(last, uint64_t{});
  } else if (size >= sizeof(uint32_t)) {
    copy(0, uint32_t{});
    copy(size - sizeof(uint32_t), uint32_t{});
  } else {
    for (size_t i = 0; i < size; ++i) copy(i, uint8_t{});
  }
  return (seen & 0x8080808080808080u) == 0;
}

// The number of characters (code points) in well-formed UTF-8.
size_t Utf8Length(absl::string_view text);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_UTF8_H_
