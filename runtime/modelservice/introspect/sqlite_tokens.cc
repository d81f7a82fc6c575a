#include "modelservice/introspect/sqlite_tokens.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"

namespace modelservice::catalog {
namespace {

bool IsWordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

// The end of a text that starts at `start` with a quote; a doubled quote is a
// part of it.
size_t EndOfQuoted(absl::string_view sql, size_t start) {
  const char quote = sql[start] == '[' ? ']' : sql[start];
  size_t i = start + 1;
  while (i < sql.size()) {
    if (sql[i] != quote) {
      ++i;
    } else if (quote != ']' && i + 1 < sql.size() && sql[i + 1] == quote) {
      i += 2;
    } else {
      return i + 1;
    }
  }
  return sql.size();
}

// The end of a comment or of blanks that start at `start`, or `start`.
size_t EndOfBlank(absl::string_view sql, size_t start) {
  if (absl::ascii_isspace(static_cast<unsigned char>(sql[start]))) {
    return start + 1;
  }
  absl::string_view end;
  if (absl::StartsWith(sql.substr(start), "--")) end = "\n";
  if (absl::StartsWith(sql.substr(start), "/*")) end = "*/";
  if (end.empty()) return start;
  const size_t found = sql.find(end, start + 2);
  return found == absl::string_view::npos ? sql.size() : found + end.size();
}

}  // namespace

std::vector<SqliteToken> SqliteTokens(absl::string_view sql) {
  std::vector<SqliteToken> tokens;
  int depth = 0;
  size_t i = 0;
  while (i < sql.size()) {
    if (const size_t end = EndOfBlank(sql, i); end != i) {
      i = end;
      continue;
    }
    const size_t start = i;
    if (absl::StrContains("'\"`[", sql.substr(i, 1))) {
      i = EndOfQuoted(sql, i);
    } else if (IsWordCharacter(sql[i])) {
      while (i < sql.size() && IsWordCharacter(sql[i])) ++i;
    } else {
      ++i;
    }
    SqliteToken token{sql.substr(start, i - start), depth};
    if (token.text == "(") ++depth;
    if (token.text == ")") token.depth = --depth;
    tokens.push_back(token);
  }
  return tokens;
}

bool IsKeyword(const SqliteToken& token, absl::string_view word) {
  return absl::EqualsIgnoreCase(token.text, word);
}

std::string UnquotedName(absl::string_view text) {
  if (text.size() < 2 || IsWordCharacter(text[0])) return std::string(text);
  const std::string quote(1, text[0]);
  return absl::StrReplaceAll(text.substr(1, text.size() - 2),
                             {{quote + quote, quote}});
}

}  // namespace modelservice::catalog
