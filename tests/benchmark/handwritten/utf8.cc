#include "handwritten/utf8.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace handwritten {
namespace {

size_t AsciiPrefix(const unsigned char* text, size_t size) {
  size_t i = 0;
  for (; i + sizeof(uint64_t) <= size; i += sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, text + i, sizeof(word));
    if ((word & 0x8080808080808080u) != 0) break;
  }
  while (i < size && text[i] < 0x80) ++i;
  return i;
}

// The bytes of the sequence that starts at `text`, which is not ASCII; 0 when
// it is malformed. The bounds of the second byte are those of RFC 3629's table.
size_t SequenceLength(const unsigned char* text, size_t size) {
  const unsigned char first = text[0];
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  size_t length;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  if (size < length || text[1] < low || text[1] > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if ((text[i] & 0xC0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

bool IsUtf8(absl::string_view text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t i = AsciiPrefix(bytes, text.size());
  while (i < text.size()) {
    if (bytes[i] < 0x80) {
      ++i;
      continue;
    }
    const size_t length = SequenceLength(bytes + i, text.size() - i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

}  // namespace handwritten
