#include "modelservice/sql/raw_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

namespace modelservice {
namespace {

bool IsWord(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Behind what is closed by `quote`; a quote in it is doubled, or, where
// `escapes`, behind a backslash.
size_t BehindQuote(absl::string_view sql, size_t i, char quote, bool escapes) {
  for (++i; i < sql.size(); ++i) {
    if (escapes && sql[i] == '\\') {
      ++i;
    } else if (sql[i] == quote) {
      if (i + 1 == sql.size() || sql[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return sql.size();
}

// Behind a comment, which nests.
size_t BehindComment(absl::string_view sql, size_t i) {
  int depth = 0;
  while (i < sql.size()) {
    const absl::string_view here = sql.substr(i, 2);
    i += here == "/*" || here == "*/" ? 2 : 1;
    if (here == "/*") ++depth;
    if (here == "*/" && --depth == 0) return i;
  }
  return sql.size();
}

size_t After(absl::string_view sql, absl::string_view mark, size_t from) {
  const size_t found = sql.find(mark, from);
  return found == absl::string_view::npos ? sql.size() : found + mark.size();
}

// Behind $tag$ ... $tag$; 0 where a dollar begins no such text.
size_t BehindDollars(absl::string_view sql, size_t i) {
  size_t end = i + 1;
  while (end < sql.size() && IsWord(sql[end])) ++end;
  const bool is_tag =
      end < sql.size() && sql[end] == '$' &&
      (end == i + 1 ||
       !absl::ascii_isdigit(static_cast<unsigned char>(sql[i + 1])));
  return is_tag ? After(sql, sql.substr(i, end + 1 - i), end + 1) : 0;
}

}  // namespace

size_t BehindPiece(absl::string_view sql, size_t i) {
  const char c = sql[i];
  const char next = i + 1 < sql.size() ? sql[i + 1] : ' ';
  if (c == '\'' || c == '"' || c == '`') return BehindQuote(sql, i, c, false);
  if (c == '-' && next == '-') return After(sql, "\n", i);
  if (c == '/' && next == '*') return BehindComment(sql, i);
  if (c == '$') {
    const size_t behind = BehindDollars(sql, i);
    if (behind > 0) return behind;
  }
  if (!IsWord(c)) return i + 1;
  size_t end = i;
  while (end < sql.size() && (IsWord(sql[end]) || sql[end] == '$')) ++end;
  // PostgreSQL's E'it\'s'.
  if (end == i + 1 && (c == 'e' || c == 'E') && next == '\'') {
    return BehindQuote(sql, end, '\'', true);
  }
  return end;
}

absl::StatusOr<std::string> WithPlaceholders(absl::string_view sql,
                                             size_t parameters,
                                             const Dialect& dialect) {
  return WithPlaceholders(
      sql, std::vector<std::optional<Value::Kind>>(parameters), dialect);
}

absl::StatusOr<std::string> WithPlaceholders(
    absl::string_view sql, absl::Span<const std::optional<Value::Kind>> kinds,
    const Dialect& dialect) {
  std::string text;
  size_t found = 0;
  for (size_t i = 0; i < sql.size();) {
    const size_t end = BehindPiece(sql, i);
    if (sql[i] != '?') {
      absl::StrAppend(&text, sql.substr(i, end - i));
      i = end;
    } else if (i + 1 < sql.size() && sql[i + 1] == '?') {
      text.push_back('?');
      i += 2;
    } else {
      dialect.AppendPlaceholder(static_cast<int>(++found), &text);
      if (found <= kinds.size() && kinds[found - 1].has_value()) {
        absl::StrAppend(&text, dialect.placeholder_cast(*kinds[found - 1]));
      }
      i = end;
    }
  }
  if (found == kinds.size()) return text;
  return absl::InvalidArgumentError(absl::StrCat("There are ", kinds.size(),
                                                 " values for ", found,
                                                 " question marks in: ", sql));
}

std::string PlaceIn(absl::string_view sql, size_t offset) {
  const absl::string_view before = sql.substr(0, offset);
  const size_t lines =
      static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
  const size_t begin = before.rfind('\n') + 1;  // 0 without one
  // In characters, as an editor shows them.
  const auto column = std::count_if(
      before.begin() + static_cast<std::ptrdiff_t>(begin), before.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  return absl::StrCat("line ", lines + 1, ", column ", column + 1);
}

bool MayWrite(absl::string_view sql) {
  bool first = true;
  for (size_t i = 0; i < sql.size();) {
    const size_t end = BehindPiece(sql, i);
    const absl::string_view word = sql.substr(i, end - i);
    i = end;
    if (!IsWord(word[0])) continue;
    const auto is = [word](absl::string_view other) {
      return absl::EqualsIgnoreCase(word, other);
    };
    if (first) {
      constexpr absl::string_view kReads[] = {"SELECT",  "VALUES", "TABLE",
                                              "EXPLAIN", "SHOW",   "PRAGMA"};
      if (std::any_of(std::begin(kReads), std::end(kReads), is)) return false;
      if (!is("WITH")) return true;
      first = false;
    } else if (is("INSERT") || is("UPDATE") || is("DELETE") || is("MERGE")) {
      return true;
    }
  }
  return false;
}

std::vector<absl::string_view> SplitStatements(absl::string_view sql) {
  std::vector<absl::string_view> statements;
  size_t begin = 0;
  std::vector<absl::string_view> words;  // the first ones of the statement
  std::vector<absl::string_view> inner;  // and since the last semicolon
  bool has_begin = false;
  const auto is_any = [](absl::Span<const absl::string_view> list,
                         absl::string_view wanted) {
    return std::any_of(list.begin(), list.end(), [wanted](const auto& word) {
      return absl::EqualsIgnoreCase(word, wanted);
    });
  };
  for (size_t i = 0; i < sql.size();) {
    const size_t end = BehindPiece(sql, i);
    const absl::string_view piece = sql.substr(i, end - i);
    i = end;
    if (IsWord(piece[0])) {
      // CREATE TEMPORARY TRIGGER
      if (words.size() < 3) words.push_back(piece);
      if (inner.size() < 2) inner.push_back(piece);
      has_begin = has_begin || absl::EqualsIgnoreCase(piece, "BEGIN");
    } else if (piece == ";") {
      // PostgreSQL's triggers have no statements of their own.
      const bool is_inside = has_begin && is_any(words, "TRIGGER") &&
                             absl::EqualsIgnoreCase(words[0], "CREATE") &&
                             !(inner.size() == 1 && is_any(inner, "END"));
      inner.clear();
      if (is_inside) continue;
      statements.push_back(
          absl::StripAsciiWhitespace(sql.substr(begin, end - begin)));
      begin = end;
      words.clear();
      has_begin = false;
    }
  }
  // What is no comment alone.
  if (!words.empty()) {
    statements.push_back(absl::StripAsciiWhitespace(sql.substr(begin)));
  }
  return statements;
}

}  // namespace modelservice
