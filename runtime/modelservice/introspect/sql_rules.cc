#include "modelservice/introspect/sql_rules.h"

#include <re2/re2.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/decimal_text.h"

namespace modelservice::catalog {
namespace {

// The position of the parenthesis that closes the one at `open`; npos when
// none does. Quotes hide what is inside them.
size_t ClosingOf(absl::string_view sql, size_t open) {
  int depth = 0;
  char quote = 0;
  for (size_t i = open; i < sql.size(); ++i) {
    const char c = sql[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return i;
    }
  }
  return absl::string_view::npos;
}

// PostgreSQL's casts: they say again what the column's type says. The type may
// be of a schema, be quoted, and have words and arguments behind it.
constexpr char kCast[] =
    "::(?:\"(?:[^\"]|\"\")*\"|[A-Za-z_][A-Za-z_0-9$]*)"
    "(?:\\.(?:\"(?:[^\"]|\"\")*\"|[A-Za-z_][A-Za-z_0-9$]*))*"
    "(?: varying| precision)?(?:\\([0-9, -]*\\))?"
    "(?: without time zone| with time zone)?(?:\\[\\])*";

std::string WithoutCasts(absl::string_view sql) {
  // Not inside of strings: only what stands after the quote that ends one.
  std::string rest(sql);
  std::string result;
  size_t i = 0;
  static const RE2& cast = *new RE2(kCast);
  while (i < rest.size()) {
    if (rest[i] == '\'' || rest[i] == '"') {
      const size_t end = rest.find(rest[i], i + 1);
      const size_t stop = end == std::string::npos ? rest.size() : end + 1;
      result.append(rest, i, stop - i);
      i = stop;
      continue;
    }
    re2::StringPiece tail(rest.data() + i, rest.size() - i);
    const size_t before = tail.size();
    if (RE2::Consume(&tail, cast)) {
      i += before - tail.size();
      continue;
    }
    result.push_back(rest[i++]);
  }
  return result;
}

std::string Unescaped(absl::string_view literal) {
  return absl::StrReplaceAll(literal, {{"''", "'"}});
}

// `name`, `(name)`, `"name"`.
constexpr char kColumn[] =
    "\\(?(?:\"((?:[^\"])+)\"|([A-Za-z_][A-Za-z0-9_]*))\\)?";
constexpr char kNumber[] = "\\(?'?(-?[0-9]+(?:\\.[0-9]+)?)'?\\)?";

std::string ColumnName(const std::string& quoted, const std::string& plain) {
  return quoted.empty() ? plain : quoted;
}

// The strings of a list like `'a', 'b'`; false when it holds anything else.
bool ReadStrings(absl::string_view list, std::vector<std::string>* strings) {
  static const RE2& item = *new RE2("\\s*\\(?'((?:[^']|'')*)'\\)?\\s*(,|$)");
  re2::StringPiece rest(list.data(), list.size());
  std::string text;
  std::string comma;
  while (!rest.empty()) {
    if (!RE2::Consume(&rest, item, &text, &comma)) return false;
    strings->push_back(Unescaped(text));
  }
  return !strings->empty();
}

}  // namespace

absl::string_view Bare(absl::string_view sql) {
  sql = absl::StripAsciiWhitespace(sql);
  while (sql.size() > 2 && sql[0] == '(' &&
         ClosingOf(sql, 0) == sql.size() - 1) {
    sql = absl::StripAsciiWhitespace(sql.substr(1, sql.size() - 2));
  }
  return sql;
}

Default ParseDefault(absl::string_view sql) {
  const std::string whole = WithoutCasts(Bare(sql));
  const absl::string_view text = Bare(whole);
  const std::string lower = absl::AsciiStrToLower(text);
  if (lower == "null") return {Default::Kind::kNull, ""};
  if (lower == "true" || lower == "false") {
    return {Default::Kind::kLiteral, lower};
  }
  static const RE2& now = *new RE2(
      "(?:current_timestamp|localtimestamp|(?:now|transaction_timestamp"
      "|statement_timestamp|clock_timestamp)\\(\\))(?:\\([0-6]\\))?"
      "(?: at time zone '(?:utc|gmt|etc/utc)')?"
      "|timezone\\('(?:utc|gmt|etc/utc)', \\(?now\\(\\)\\)?\\)"
      "|\\(now\\(\\)\\)? at time zone '(?:utc|gmt|etc/utc)'"
      "|datetime\\('now'\\)|strftime\\('%y-%m-%d[ t]%h:%m:%[sf]z?', 'now'\\)");
  if (RE2::FullMatch(lower, now)) {
    return {Default::Kind::kNow, ""};
  }
  static const RE2& number = *new RE2("[-+]?\\(?[0-9]*\\.?[0-9]+\\)?");
  static const RE2& string = *new RE2("'(?:[^']|'')*'");
  const re2::StringPiece piece(text.data(), text.size());
  if (RE2::FullMatch(piece, number)) {
    return {Default::Kind::kLiteral,
            absl::StrReplaceAll(text, {{"(", ""}, {")", ""}, {"+", ""}})};
  }
  // PostgreSQL writes 1e-3 as 0.001.
  static const RE2& power = *new RE2("[-+]?[0-9]*\\.?[0-9]*[eE][-+]?[0-9]+");
  Decimal decimal;
  if (RE2::FullMatch(piece, power) && Decimal::Parse(text, &decimal)) {
    return {Default::Kind::kLiteral, decimal.Text()};
  }
  if (RE2::FullMatch(piece, string)) {
    return {Default::Kind::kLiteral,
            Unescaped(text.substr(1, text.size() - 2))};
  }
  return {Default::Kind::kOther, std::string(text)};
}

std::optional<ColumnRule> ParseCheck(absl::string_view sql) {
  static const RE2& least =
      *new RE2(std::string(kColumn) + "\\s*>(=?)\\s*" + kNumber);
  static const RE2& most =
      *new RE2(std::string(kColumn) + "\\s*<(=?)\\s*" + kNumber);
  static const RE2& between =
      *new RE2("(?i)" + std::string(kColumn) + "\\s+between\\s+" + kNumber +
               "\\s+and\\s+" + kNumber);
  static const RE2& both = *new RE2(
      "(?i)\\(?" + std::string(kColumn) + "\\s*>(=?)\\s*" + kNumber +
      "\\)?\\s+and\\s+\\(?" + kColumn + "\\s*<(=?)\\s*" + kNumber + "\\)?");
  static const RE2& in =
      *new RE2("(?is)" + std::string(kColumn) + "\\s+in\\s*\\((.*)\\)");
  static const RE2& any = *new RE2("(?is)" + std::string(kColumn) +
                                   "\\s*=\\s*any\\s*\\(+array\\[(.*)\\]\\)+");

  const std::string whole = WithoutCasts(Bare(sql));
  const absl::string_view bare = Bare(whole);
  const re2::StringPiece text(bare.data(), bare.size());
  ColumnRule rule;
  std::string quoted;
  std::string plain;
  std::string other_quoted;
  std::string other_plain;
  std::string list;
  std::string from = "=";
  std::string to = "=";
  if (RE2::FullMatch(text, least, &quoted, &plain, &from, &rule.min) ||
      RE2::FullMatch(text, most, &quoted, &plain, &to, &rule.max) ||
      RE2::FullMatch(text, between, &quoted, &plain, &rule.min, &rule.max) ||
      (RE2::FullMatch(text, both, &quoted, &plain, &from, &rule.min,
                      &other_quoted, &other_plain, &to, &rule.max) &&
       ColumnName(quoted, plain) == ColumnName(other_quoted, other_plain))) {
    rule.column = ColumnName(quoted, plain);
    rule.above_min = from.empty();
    rule.below_max = to.empty();
    return rule;
  }
  rule = ColumnRule();
  if ((RE2::FullMatch(text, in, &quoted, &plain, &list) ||
       RE2::FullMatch(text, any, &quoted, &plain, &list)) &&
      ReadStrings(list, &rule.in)) {
    rule.column = ColumnName(quoted, plain);
    return rule;
  }
  return std::nullopt;
}

std::optional<std::string> JsonColumnOf(absl::string_view sql) {
  static const std::string& valid = *new std::string(
      "json_valid\\s*\\(\\s*" + std::string(kColumn) + "\\s*\\)");
  static const std::string& null =
      *new std::string(std::string(kColumn) + "\\s+is\\s+null");
  static const RE2& alone = *new RE2("(?i)\\(?" + valid + "\\)?");
  static const RE2& before =
      *new RE2("(?i)\\(?" + valid + "\\)?\\s+or\\s+\\(?" + null + "\\)?");
  static const RE2& behind =
      *new RE2("(?i)\\(?" + null + "\\)?\\s+or\\s+\\(?" + valid + "\\)?");
  const absl::string_view bare = Bare(sql);
  const re2::StringPiece text(bare.data(), bare.size());
  std::string quoted;
  std::string plain;
  std::string other_quoted;
  std::string other_plain;
  if (RE2::FullMatch(text, alone, &quoted, &plain)) {
    return ColumnName(quoted, plain);
  }
  if ((RE2::FullMatch(text, before, &quoted, &plain, &other_quoted,
                      &other_plain) ||
       RE2::FullMatch(text, behind, &quoted, &plain, &other_quoted,
                      &other_plain)) &&
      absl::EqualsIgnoreCase(ColumnName(quoted, plain),
                             ColumnName(other_quoted, other_plain))) {
    return ColumnName(quoted, plain);
  }
  return std::nullopt;
}

std::string CheckOfValue(absl::string_view sql, absl::string_view column) {
  static const RE2& part =
      *new RE2("(?s)('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[A-Za-z_0-9]+|.)");
  const std::string name =
      absl::StrCat("\"", absl::StrReplaceAll(column, {{"\"", "\"\""}}), "\"");
  std::string result;
  std::string token;
  re2::StringPiece rest(sql.data(), sql.size());
  while (RE2::Consume(&rest, part, &token)) {
    result += token == "VALUE" ? name : token;
  }
  return result;
}

bool Names(absl::string_view sql, absl::string_view name) {
  const std::string text = absl::AsciiStrToLower(sql);
  const std::string word = absl::AsciiStrToLower(name);
  const auto goes_on = [&](size_t at) {
    return at < text.size() &&
           (absl::ascii_isalnum(static_cast<unsigned char>(text[at])) ||
            text[at] == '_' || static_cast<unsigned char>(text[at]) >= 0x80);
  };
  for (size_t at = text.find(word); at != std::string::npos;
       at = text.find(word, at + 1)) {
    if ((at == 0 || !goes_on(at - 1)) && !goes_on(at + word.size())) {
      return true;
    }
  }
  return false;
}

}  // namespace modelservice::catalog
