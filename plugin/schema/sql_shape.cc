#include "plugin/schema/sql_shape.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace modelservice::plugin {
namespace {

struct Token {
  enum class Kind { kWord, kName, kNumber, kString, kGroup, kOperator };

  Kind kind;
  // A word in capitals, an operator as it is, "()" of an empty group.
  std::string text;
};
using Kind = Token::Kind;

constexpr absl::string_view kOperators = "+-*/<>=~!@#%^&|?:.,";
constexpr absl::string_view kSigns[] = {"+", "-", "~", "@", "|/", "||/"};
// Words that stand between operands, or behind one.
constexpr absl::string_view kInfixes[] = {
    "AND",    "OR",     "IS",       "ISNULL",   "NOTNULL", "IN",
    "NOT",    "LIKE",   "ILIKE",    "SIMILAR",  "BETWEEN", "COLLATE",
    "AT",     "ESCAPE", "OPERATOR", "OVERLAPS", "WHEN",    "THEN",
    "ELSE",   "END",    "YEAR",     "MONTH",    "DAY",     "HOUR",
    "MINUTE", "SECOND", "TO",       "UESCAPE",  "WITHOUT", "WITH"};
// ... of which an expression does not begin with these, nor end.
constexpr absl::string_view kBetween[] = {
    "AND", "OR", "IS", "IN", "LIKE", "ILIKE", "BETWEEN", "SIMILAR"};
constexpr absl::string_view kBegins[] = {"NOT", "CASE", "WHEN", "THEN", "ELSE"};
constexpr absl::string_view kStatements[] = {"SELECT", "WITH", "CHECK",
                                             "WHERE"};

template <size_t size>
bool IsAmong(const std::string& text, const absl::string_view (&words)[size]) {
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

bool IsWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || c == '_' || byte >= 0x80;
}

bool IsFraction(absl::string_view sql) {
  return sql.size() > 1 && sql[0] == '.' &&
         absl::ascii_isdigit(static_cast<unsigned char>(sql[1]));
}

// What is not inside of parentheses.
std::vector<Token> TokensOf(absl::string_view sql) {
  std::vector<Token> tokens;
  size_t at = 0;
  const auto skip_quoted = [&](char quote) {
    for (++at; at < sql.size(); ++at) {
      if (sql[at] == quote && sql.substr(at + 1, 1) != sql.substr(at, 1)) break;
      if (sql[at] == quote) ++at;
    }
    ++at;
  };
  while (at < sql.size()) {
    const size_t begin = at;
    const char c = sql[at];
    if (absl::ascii_isspace(static_cast<unsigned char>(c))) {
      ++at;
    } else if (c == '\'' || c == '"') {
      skip_quoted(c);
      tokens.push_back({c == '"' ? Kind::kName : Kind::kString, ""});
    } else if (c == '(' || c == '[') {
      int depth = 0;
      do {
        const char inner = sql[at];
        if (inner == '\'' || inner == '"') {
          skip_quoted(inner);
          continue;
        }
        if (inner == '(' || inner == '[') ++depth;
        if (inner == ')' || inner == ']') --depth;
        ++at;
      } while (depth > 0 && at < sql.size());
      const absl::string_view inside = sql.substr(begin + 1, at - begin - 2);
      tokens.push_back({Kind::kGroup, absl::StripAsciiWhitespace(inside).empty()
                                          ? "()"
                                          : ""});
    } else if (IsWordByte(c) || IsFraction(sql.substr(at))) {
      const bool is_number =
          c == '.' || absl::ascii_isdigit(static_cast<unsigned char>(c));
      while (at < sql.size() &&
             (IsWordByte(sql[at]) || (is_number && sql[at] == '.'))) {
        ++at;
      }
      tokens.push_back({is_number ? Kind::kNumber : Kind::kWord,
                        absl::AsciiStrToUpper(sql.substr(begin, at - begin))});
    } else {
      ++at;
      while (at < sql.size() && c != ',' && c != '.' &&
             kOperators.find(sql[at]) != absl::string_view::npos) {
        ++at;
      }
      tokens.push_back(
          {Kind::kOperator, std::string(sql.substr(begin, at - begin))});
    }
  }
  return tokens;
}

bool IsWord(const Token& token, absl::string_view word) {
  return token.kind == Kind::kWord && token.text == word;
}

// Whether `next` can stand behind `token`, an operand.
bool MayFollow(const Token& token, const Token& next) {
  if (next.kind == Kind::kOperator || next.kind == Kind::kGroup) return true;
  if (token.kind == Kind::kString && next.kind == Kind::kString) return true;
  return next.kind == Kind::kWord && IsAmong(next.text, kInfixes);
}

SqlFault NoneAt(absl::string_view place, const Token& token) {
  return {absl::StrCat("has ", token.text, " at its ", place),
          "write one expression"};
}

}  // namespace

std::optional<SqlFault> FaultOfShape(absl::string_view sql) {
  const std::vector<Token> tokens = TokensOf(sql);
  if (tokens.empty()) return std::nullopt;
  const Token& first = tokens.front();
  if (first.kind == Kind::kWord &&
      (IsAmong(first.text, kBetween) || IsAmong(first.text, kStatements))) {
    return NoneAt("beginning", first);
  }
  if (first.kind == Kind::kOperator && !IsAmong(first.text, kSigns)) {
    return NoneAt("beginning", first);
  }
  const Token& last = tokens.back();
  if (last.kind == Kind::kOperator ||
      (last.kind == Kind::kWord &&
       (IsAmong(last.text, kBetween) || IsAmong(last.text, kBegins)))) {
    return NoneAt("end", last);
  }
  int cases = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    cases += IsWord(token, "CASE") ? 1 : IsWord(token, "END") ? -1 : 0;
    const bool is_argument = i > 0 && (tokens[i - 1].kind == Kind::kWord ||
                                       tokens[i - 1].kind == Kind::kName);
    if (token.kind == Kind::kGroup && token.text == "()" && !is_argument) {
      return SqlFault{"has parentheses with nothing in them",
                      "write one expression"};
    }
    if (token.kind == Kind::kOperator &&
        (token.text == "," || token.text == "{" || token.text == "}")) {
      return SqlFault{absl::StrCat("has a \"", token.text, "\""),
                      "write one expression"};
    }
    if (i + 1 == tokens.size()) continue;
    const Token& next = tokens[i + 1];
    const bool is_operand = token.kind == Kind::kNumber ||
                            token.kind == Kind::kString ||
                            token.kind == Kind::kGroup;
    // A type's words may stand between: numeric(5) '1'.
    const bool is_of_type = token.kind == Kind::kGroup && is_argument;
    const Token* const after = i + 2 < tokens.size() ? &tokens[i + 2] : nullptr;
    const bool is_with = IsWord(next, "WITH") || IsWord(next, "WITHOUT");
    const bool is_refused =
        is_operand &&
        ((!is_of_type && !MayFollow(token, next)) ||
         (IsWord(next, "NOT") && after != nullptr &&
          !IsAmong(after->text, kBetween)) ||
         (is_with && (after == nullptr || !IsWord(*after, "TIME"))));
    if (is_refused) {
      return SqlFault{
          absl::StrCat("has ", next.text.empty() ? "more" : next.text,
                       " behind an expression"),
          "write one expression"};
    }
  }
  if (cases != 0) {
    return SqlFault{"has a CASE without END, or an END alone",
                    "write one expression"};
  }
  return std::nullopt;
}

}  // namespace modelservice::plugin
