#include "modelservice/schema/utf8.h"

#include <cstdint>
#include <cstring>

namespace modelservice {
namespace {

bool IsContinuation(unsigned char c) { return (c & 0xC0) == 0x80; }

// The length of the character at `p`, of which `left` bytes remain; 0 when it
// is malformed. The bounds of the second byte are table 3-7 of the Unicode
// Standard.
size_t CharacterLength(const unsigned char* p, size_t left) {
  const unsigned char lead = p[0];
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (lead < 0xE0) return left >= 2 && IsContinuation(p[1]) ? 2 : 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  const size_t length = lead < 0xF0 ? 3 : 4;
  if (left < length || p[1] < low || p[1] > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if (!IsContinuation(p[i])) return 0;
  }
  return length;
}

constexpr uint64_t kHighBits = 0x8080808080808080u;

uint64_t EightAt(const unsigned char* p) {
  uint64_t eight;
  std::memcpy(&eight, p, sizeof eight);
  return eight;
}

// How many bytes at `p` are surely ASCII, which most text is: eight at a time,
// the last eight of a text whether or not some of them were seen already.
size_t AsciiPrefix(const unsigned char* p, size_t size) {
  size_t i = 0;
  if (size >= 8) {
    for (; i + 8 <= size; i += 8) {
      if ((EightAt(p + i) & kHighBits) != 0) return i;
    }
    if ((EightAt(p + size - 8) & kHighBits) == 0) return size;
  }
  while (i < size && p[i] < 0x80) ++i;
  return i;
}

}  // namespace

bool IsUtf8(absl::string_view bytes) {
  const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
  size_t left = bytes.size();
  while (left > 0) {
    const size_t ascii = AsciiPrefix(p, left);
    p += ascii;
    left -= ascii;
    if (left == 0) break;
    const size_t length = CharacterLength(p, left);
    if (length == 0) return false;
    p += length;
    left -= length;
  }
  return true;
}

size_t Utf8Length(absl::string_view text) {
  size_t length = 0;
  for (const char c : text) {
    if (!IsContinuation(static_cast<unsigned char>(c))) ++length;
  }
  return length;
}

}  // namespace modelservice
