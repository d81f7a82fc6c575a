#include "modelservice/service/lookup.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/service/lookup_on.h"

namespace modelservice {
namespace {

// What a regular expression may take.
constexpr int64_t kMostRegexMemory = 1 << 20;
constexpr size_t kLongestRegex = 1000;
// SQLite refuses patterns of 50,000 bytes, in which every byte of a text may be
// two.
constexpr size_t kLongestText = 20000;

Comparison ComparisonOf(Lookup lookup) {
  switch (lookup) {
    case Lookup::kGt:
      return Comparison::kGreater;
    case Lookup::kGte:
      return Comparison::kGreaterOrEqual;
    case Lookup::kLt:
      return Comparison::kLess;
    case Lookup::kLte:
      return Comparison::kLessOrEqual;
    default:
      return Comparison::kEqual;
  }
}

std::pair<TextMatch, bool> MatchOf(Lookup lookup) {
  switch (lookup) {
    case Lookup::kContains:
      return {TextMatch::kContains, false};
    case Lookup::kIContains:
      return {TextMatch::kContains, true};
    case Lookup::kStartsWith:
      return {TextMatch::kStartsWith, false};
    case Lookup::kIStartsWith:
      return {TextMatch::kStartsWith, true};
    case Lookup::kEndsWith:
      return {TextMatch::kEndsWith, false};
    case Lookup::kIEndsWith:
      return {TextMatch::kEndsWith, true};
    case Lookup::kRegex:
      return {TextMatch::kRegex, false};
    case Lookup::kIRegex:
      return {TextMatch::kRegex, true};
    default:
      return {TextMatch::kIs, true};
  }
}

// Where a list of characters that begins at `i` ends: behind its `]`.
size_t EndOfCharacters(absl::string_view regex, size_t i) {
  ++i;
  if (i < regex.size() && regex[i] == '^') ++i;
  if (i < regex.size() && regex[i] == ']') ++i;
  while (i < regex.size() && regex[i] != ']') {
    const size_t end = absl::StartsWith(regex.substr(i), "[:")
                           ? regex.find(":]", i)
                           : absl::string_view::npos;
    i = end != absl::string_view::npos ? end + 2
                                       : i + (regex[i] == '\\' ? 2 : 1);
  }
  return std::min(i + 1, regex.size());
}

// The first part of a regular expression that RE2 takes and PostgreSQL does
// not; "" for none.
absl::string_view UnknownToPostgres(absl::string_view regex) {
  size_t list_ends = 0;
  for (size_t i = 0; i < regex.size(); ++i) {
    const absl::string_view rest = regex.substr(i);
    if (rest[0] == '\\') {
      if (rest.size() > 1 && absl::StrContains("pPCQEz", rest[1])) {
        return rest.substr(0, 2);
      }
      ++i;
    } else if (i < list_ends) {
      continue;  // a parenthesis is one
    } else if (rest[0] == '[') {
      list_ends = EndOfCharacters(regex, i);
    } else if (absl::StartsWith(rest, "(?P") ||
               (i > 0 && absl::StartsWith(rest, "(?") &&
                !absl::StartsWith(rest, "(?:"))) {
      return rest.substr(0, 3);  // options of the whole stand in front
    }
  }
  return "";
}

// Whether each database can be asked for the expression. What else only one of
// them takes is refused by that one.
bool IsRegex(absl::string_view text, std::string* fault) {
  if (text.size() > kLongestRegex) {
    *fault = absl::StrCat("Ensure this field has no more than ", kLongestRegex,
                          " characters.");
    return false;
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMostRegexMemory);
  const RE2 regex(re2::StringPiece(text.data(), text.size()), options);
  const absl::string_view unknown = UnknownToPostgres(text);
  if (regex.ok() && unknown.empty()) return true;
  *fault =
      absl::StrCat("Enter a valid regular expression: ",
                   regex.ok() ? absl::StrCat("not every database has ", unknown)
                              : regex.error(),
                   ".");
  return false;
}

}  // namespace

std::optional<Expression> LookupCondition(const Table& table, int column,
                                          Lookup lookup,
                                          std::vector<Literal> values,
                                          std::string* fault) {
  return LookupOn(Expression::Column(table, column), lookup, std::move(values),
                  fault);
}

std::optional<Expression> LookupOn(const Expression& operand, Lookup lookup,
                                   std::vector<Literal> values,
                                   std::string* fault) {
  const auto is_null = [](const Literal& value) {
    return value.value().is_null();
  };
  // "" of what holds no empty text: nothing is equal to it, nor beside it.
  if (ComparesValues(lookup) && lookup != Lookup::kIn &&
      std::any_of(values.begin(), values.end(), is_null)) {
    return Expression::False();
  }
  switch (lookup) {
    case Lookup::kExact:
    case Lookup::kGt:
    case Lookup::kGte:
    case Lookup::kLt:
    case Lookup::kLte:
      return Expression::Compare(operand, ComparisonOf(lookup), values[0]);
    case Lookup::kIn:
      return Expression::In(operand, std::move(values));
    case Lookup::kRange:
      if (values.size() != 2) {
        *fault = "Ensure that there are two values, the least and the most.";
        return std::nullopt;
      }
      return Expression::Compare(operand, Comparison::kGreaterOrEqual,
                                 values[0]) &&
             Expression::Compare(operand, Comparison::kLessOrEqual, values[1]);
    case Lookup::kIsNull: {
      const Expression is_absent = Expression::IsNull(operand);
      return values[0].value().integer() != 0 ? is_absent : !is_absent;
    }
    default:
      break;
  }
  const auto [match, ignore_case] = MatchOf(lookup);
  const std::string text(values[0].value().text());
  if (text.size() > kLongestText) {
    *fault = absl::StrCat("Ensure this field has no more than ", kLongestText,
                          " bytes.");
    return std::nullopt;
  }
  if (!IsUtf8(text) || text.find('\0') != std::string::npos) {
    *fault = std::string(kNoNul);
    return std::nullopt;
  }
  if (match == TextMatch::kRegex && !IsRegex(text, fault)) return std::nullopt;
  return Expression::Match(operand, match, text, ignore_case);
}

}  // namespace modelservice
