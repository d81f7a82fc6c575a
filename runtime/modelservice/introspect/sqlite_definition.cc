#include "modelservice/introspect/sqlite_definition.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"

namespace modelservice::catalog {
namespace {

struct Token {
  absl::string_view text;  // with its quotes
  int depth = 0;           // of parentheses around it
};

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

std::vector<Token> Tokenize(absl::string_view sql) {
  std::vector<Token> tokens;
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
    Token token{sql.substr(start, i - start), depth};
    if (token.text == "(") ++depth;
    if (token.text == ")") token.depth = --depth;
    tokens.push_back(token);
  }
  return tokens;
}

bool Is(const Token& token, absl::string_view word) {
  return absl::EqualsIgnoreCase(token.text, word);
}

std::string Unquoted(absl::string_view text) {
  if (text.size() < 2 || IsWordCharacter(text[0])) return std::string(text);
  const std::string quote(1, text[0]);
  return absl::StrReplaceAll(text.substr(1, text.size() - 2),
                             {{quote + quote, quote}});
}

// The text between the parenthesis at `open` and the one that closes it.
std::string Inside(const std::vector<Token>& tokens, size_t open) {
  size_t close = open + 1;
  while (close < tokens.size() && tokens[close].depth > tokens[open].depth) {
    ++close;
  }
  const char* const begin = tokens[open].text.data() + 1;
  const char* const end = close < tokens.size() ? tokens[close].text.data()
                                                : tokens.back().text.data() +
                                                      tokens.back().text.size();
  return std::string(absl::StripAsciiWhitespace(
      absl::string_view(begin, static_cast<size_t>(end - begin))));
}

}  // namespace

std::vector<Check> ChecksOf(absl::string_view create_table) {
  const std::vector<Token> tokens = Tokenize(create_table);
  std::vector<Check> checks;
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].depth != 1 || !Is(tokens[i], "CHECK") ||
        tokens[i + 1].text != "(") {
      continue;
    }
    Check check;
    check.sql = Inside(tokens, i + 1);
    if (i >= 2 && Is(tokens[i - 2], "CONSTRAINT")) {
      check.name = Unquoted(tokens[i - 1].text);
    }
    checks.push_back(std::move(check));
  }
  return checks;
}

bool IsWithoutRowid(absl::string_view create_table) {
  const std::vector<Token> tokens = Tokenize(create_table);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].depth == 0 && Is(tokens[i], "WITHOUT") &&
        Is(tokens[i + 1], "ROWID")) {
      return true;
    }
  }
  return false;
}

bool HasAutoincrement(absl::string_view create_table) {
  const std::vector<Token> tokens = Tokenize(create_table);
  return std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
    return token.depth == 1 && Is(token, "AUTOINCREMENT");
  });
}

std::string ModuleOf(absl::string_view create_virtual_table) {
  const std::vector<Token> tokens = Tokenize(create_virtual_table);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (Is(tokens[i], "USING")) {
      return absl::AsciiStrToLower(Unquoted(tokens[i + 1].text));
    }
  }
  return "";
}

std::vector<std::string> ShadowsOf(absl::string_view module) {
  if (module == "fts5") return {"data", "idx", "content", "docsize", "config"};
  if (module == "fts3" || module == "fts4") {
    return {"content", "segments", "segdir", "docsize", "stat"};
  }
  if (absl::StartsWith(module, "rtree") || module == "geopoly") {
    return {"node", "parent", "rowid"};
  }
  return {};
}

std::string WhereOf(absl::string_view create_index) {
  for (const Token& token : Tokenize(create_index)) {
    if (token.depth != 0 || !Is(token, "WHERE")) continue;
    const size_t start =
        static_cast<size_t>(token.text.data() - create_index.data()) +
        token.text.size();
    return std::string(absl::StripAsciiWhitespace(create_index.substr(start)));
  }
  return "";
}

}  // namespace modelservice::catalog
