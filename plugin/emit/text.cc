#include "plugin/emit/text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace modelservice::plugin {
namespace {

// The length of a piece of a literal, so that it fits wherever it stands.
constexpr size_t kPiece = 52;

// Characters that change the direction of the text behind them (U+202A to
// U+202E and U+2066 to U+2069) could make code look like a comment.
std::string WithoutDirections(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\xE2\x80\xAA", ""},
                                    {"\xE2\x80\xAB", ""},
                                    {"\xE2\x80\xAC", ""},
                                    {"\xE2\x80\xAD", ""},
                                    {"\xE2\x80\xAE", ""},
                                    {"\xE2\x81\xA6", ""},
                                    {"\xE2\x81\xA7", ""},
                                    {"\xE2\x81\xA8", ""},
                                    {"\xE2\x81\xA9", ""}});
}

}  // namespace

std::string StringLiteral(absl::string_view text) {
  std::string quoted = "\"";
  size_t piece = 0;    // where the last piece begins
  size_t between = 0;  // the last place in it that is between two words
  for (size_t i = 0; i < text.size(); ++i) {
    // By itself, as nothing of the next piece may join it.
    std::string c = absl::CEscape(text.substr(i, 1));
    // A single quote is safe as it is; two question marks may start a trigraph.
    if (c == "\\'") c = "'";
    if (c == "?" && quoted.back() == '?') c = "\\?";
    if (quoted.size() + c.size() - piece > kPiece) {
      const size_t at = between > piece ? between : quoted.size();
      quoted.insert(at, "\" \"");
      piece = between = at + 2;
    }
    quoted += c;
    if (c == " " || c == "," || c == "/" || c == ".") between = quoted.size();
  }
  quoted += '"';
  if (!absl::StrContains(text, '\0')) return quoted;
  return absl::StrCat("::absl::string_view(", quoted, ", ", text.size(), ")");
}

std::string CommentLine(absl::string_view text) {
  std::string line = WithoutDirections(text);
  for (char& c : line) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = ' ';
  }
  absl::StripTrailingAsciiWhitespace(&line);
  // A backslash, also in its spelling as a trigraph, would draw the next line
  // into the comment.
  if (absl::EndsWith(line, "\\") || absl::EndsWith(line, "?\?/")) line += '.';
  return line;
}

std::string DocComment(absl::string_view comment) {
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(comment, '\n')) {
    const std::string safe = CommentLine(line);
    // protoc keeps the blank behind the slashes.
    lines.push_back(safe.empty()     ? "///"
                    : safe[0] == ' ' ? absl::StrCat("///", safe)
                                     : absl::StrCat("/// ", safe));
  }
  while (!lines.empty() && lines.back() == "///") lines.pop_back();
  return absl::StrJoin(lines, "\n");
}

}  // namespace modelservice::plugin
