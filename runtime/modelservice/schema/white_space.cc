#include "modelservice/schema/white_space.h"

#include "absl/strings/match.h"

namespace modelservice {
namespace {

// Those beyond ASCII, in UTF-8: U+0085, U+00A0, U+1680, U+2000 to U+200A,
// U+2028, U+2029, U+202F, U+205F, U+3000.
constexpr absl::string_view kWide[] = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80",
    "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84",
    "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88",
    "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9",
    "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

// U+001C to U+001F are separators of files, groups, records and units.
bool IsNarrow(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f');
}

size_t LengthAtStart(absl::string_view text) {
  if (IsNarrow(text.front())) return 1;
  for (const absl::string_view wide : kWide) {
    if (absl::StartsWith(text, wide)) return wide.size();
  }
  return 0;
}

size_t LengthAtEnd(absl::string_view text) {
  if (IsNarrow(text.back())) return 1;
  for (const absl::string_view wide : kWide) {
    if (absl::EndsWith(text, wide)) return wide.size();
  }
  return 0;
}

}  // namespace

absl::string_view Trimmed(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = LengthAtStart(text);
    if (length == 0) break;
    text.remove_prefix(length);
  }
  while (!text.empty()) {
    const size_t length = LengthAtEnd(text);
    if (length == 0) break;
    text.remove_suffix(length);
  }
  return text;
}

}  // namespace modelservice
