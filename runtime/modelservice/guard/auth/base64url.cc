#include "modelservice/guard/auth/base64url.h"

#include <cstdint>

namespace modelservice {
namespace {

constexpr uint32_t kNone = 64;

constexpr uint32_t ValueOf(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<uint32_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<uint32_t>(c - 'a' + 26);
  if (c >= '0' && c <= '9') return static_cast<uint32_t>(c - '0' + 52);
  if (c == '-') return 62;
  if (c == '_') return 63;
  return kNone;
}

}  // namespace

std::optional<std::string> DecodeBase64Url(absl::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  uint32_t bits = 0;
  int pending = 0;  // how many of the low bits are not given out yet
  for (const char c : text) {
    const uint32_t value = ValueOf(c);
    if (value == kNone) return std::nullopt;
    bits = bits << 6 | value;
    pending += 6;
    if (pending < 8) continue;
    pending -= 8;
    bytes.push_back(static_cast<char>(bits >> pending & 0xff));
    bits &= (1u << pending) - 1;
  }
  // Six bits left are a character too many; set ones are a second spelling.
  if (pending == 6 || bits != 0) return std::nullopt;
  return bytes;
}

}  // namespace modelservice
