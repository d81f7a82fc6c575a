#include "modelservice/db/postgres/parameter_column.h"

#include <cstddef>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "modelservice/sql/raw_text.h"

namespace modelservice::postgres {
namespace {

constexpr size_t kNowhere = absl::string_view::npos;

std::string NameIn(absl::string_view quoted) {
  return absl::StrReplaceAll(quoted.substr(1, quoted.size() - 2),
                             {{"\"\"", "\""}});
}

// A place in a statement, outside of quotes.
struct Token {
  enum class Kind { kName, kParameter, kOpen, kClose, kComma, kOther };
  Kind kind;
  absl::string_view text;
};

std::vector<Token> TokensOf(absl::string_view sql) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < sql.size();) {
    const char c = sql[i];
    size_t end = BehindPiece(sql, i);
    Token::Kind kind = Token::Kind::kOther;
    if (c == ' ') {
      i = end;
      continue;
    }
    if (c == '"') {
      kind = Token::Kind::kName;
    } else if (c == '(') {
      kind = Token::Kind::kOpen;
    } else if (c == ')') {
      kind = Token::Kind::kClose;
    } else if (c == ',') {
      kind = Token::Kind::kComma;
    } else if (c == '$' && end < sql.size()) {
      kind = Token::Kind::kParameter;
      end = BehindPiece(sql, end);
    }
    tokens.push_back({kind, sql.substr(i, end - i)});
    i = end;
  }
  return tokens;
}

// The columns of an INSERT, and where its VALUES begin.
std::vector<std::string> ColumnsOf(const std::vector<Token>& tokens,
                                   size_t* values) {
  std::vector<std::string> columns;
  size_t i = 0;
  while (i < tokens.size() && tokens[i].kind != Token::Kind::kOpen) ++i;
  for (; i < tokens.size() && tokens[i].kind != Token::Kind::kClose; ++i) {
    if (tokens[i].kind == Token::Kind::kName) {
      columns.push_back(NameIn(tokens[i].text));
    }
  }
  while (i < tokens.size() && tokens[i].text != "VALUES") ++i;
  *values = i;
  return columns;
}

// What may stand between a column and what it is compared with.
bool IsBetween(const Token& token) {
  switch (token.kind) {
    case Token::Kind::kOpen:
    case Token::Kind::kComma:
    case Token::Kind::kParameter:
      return true;
    case Token::Kind::kOther: {
      constexpr absl::string_view kWords[] = {
          "=",  "<",   ">",        "!",    "IN",   "CAST",
          "IS", "NOT", "DISTINCT", "FROM", "ELSE", "THEN"};
      return absl::c_linear_search(kWords, token.text);
    }
    default:
      return false;
  }
}

}  // namespace

std::string ColumnOfParameter(absl::string_view sql, int number) {
  const std::vector<Token> tokens = TokensOf(sql);
  const std::string parameter = absl::StrCat("$", number);
  const auto found = absl::c_find_if(tokens, [&](const Token& token) {
    return token.kind == Token::Kind::kParameter && token.text == parameter;
  });
  if (found == tokens.end()) return "";
  const auto place = static_cast<size_t>(found - tokens.begin());
  if (absl::StartsWith(sql, "INSERT")) {
    size_t values = 0;
    const std::vector<std::string> columns = ColumnsOf(tokens, &values);
    int depth = 0;
    size_t column = 0;
    for (size_t i = values + 1; i < place; ++i) {
      if (tokens[i].kind == Token::Kind::kOpen && depth++ == 0) column = 0;
      if (tokens[i].kind == Token::Kind::kClose) --depth;
      if (tokens[i].kind == Token::Kind::kComma && depth == 1) ++column;
    }
    if (depth > 0 && values < place && column < columns.size()) {
      return columns[column];
    }
  }
  for (size_t i = place; i-- > 0;) {
    if (tokens[i].kind == Token::Kind::kName) return NameIn(tokens[i].text);
    if (!IsBetween(tokens[i])) return "";
  }
  return "";
}

std::string ColumnOfCopy(absl::string_view context) {
  if (!absl::StartsWith(context, "COPY ")) return "";
  context = context.substr(0, context.find('\n'));
  // A table's name may have anything in it, but comes first.
  const std::vector<absl::string_view> parts =
      absl::StrSplit(context, absl::MaxSplits(", ", 2));
  if (parts.size() < 3) return "";
  const size_t space = parts[2].find(' ');
  const size_t colon = parts[2].find(':');
  if (space == kNowhere || colon == kNowhere || space > colon) return "";
  return std::string(parts[2].substr(space + 1, colon - space - 1));
}

}  // namespace modelservice::postgres
