#include "modelservice/service/text_fault.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "modelservice/schema/utf8.h"

namespace modelservice {
namespace {

// Bytes of the text that are shown before its fault, and behind it.
constexpr size_t kShownBefore = 60;
constexpr size_t kShownBehind = 20;
constexpr size_t kLongestQuote = 40;

bool IsInsideCharacter(absl::string_view text, size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) >> 6) == 2;
}

// The next place from `at` on where a character begins, or the end.
size_t NextCharacter(absl::string_view text, size_t at) {
  while (IsInsideCharacter(text, at)) ++at;
  return std::min(at, text.size());
}

// One line, whatever the text has in it.
std::string OnOneLine(absl::string_view text) {
  std::string line(text);
  for (char& c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
  }
  return line;
}

}  // namespace

std::string Describe(absl::string_view text, const TextFault& fault) {
  // Of no use as UTF-8: only the place can be told.
  if (!IsUtf8(text)) {
    return absl::StrCat("Byte ", fault.at + 1, ": ", fault.fault);
  }
  const size_t at = NextCharacter(text, fault.at);
  const size_t from =
      at <= kShownBefore ? 0 : NextCharacter(text, at - kShownBefore);
  const size_t to =
      NextCharacter(text, std::min(text.size(), at) +
                              std::min(kShownBehind, text.size() - at));
  const absl::string_view left = from > 0 ? "..." : "";
  const absl::string_view right = to < text.size() ? "..." : "";
  const size_t caret = left.size() + Utf8Length(text.substr(from, at - from));
  return absl::StrCat("Character ", Utf8Length(text.substr(0, at)) + 1, ": ",
                      fault.fault, "\n", left,
                      OnOneLine(text.substr(from, to - from)), right, "\n",
                      std::string(caret, ' '), "^");
}

std::string Quoted(absl::string_view text) {
  if (text.size() <= kLongestQuote) return absl::StrCat("\"", text, "\"");
  size_t end = kLongestQuote;
  while (IsInsideCharacter(text, end)) --end;
  return absl::StrCat("\"", text.substr(0, end), "...\"");
}

}  // namespace modelservice
