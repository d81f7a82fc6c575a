#include "modelservice/service/filter_text.h"

#include "absl/strings/str_cat.h"
#include "modelservice/service/text_fault.h"

namespace modelservice {
namespace {

// As TextMatch::kPattern has it.
std::string PatternOf(const FilterText& text) {
  std::string pattern;
  size_t star = 0;
  for (size_t i = 0; i < text.text.size(); ++i) {
    const bool is_star = star < text.stars.size() && text.stars[star] == i;
    if (is_star) {
      ++star;
    } else if (text.text[i] == '*' || text.text[i] == '\\') {
      pattern.push_back('\\');
    }
    pattern.push_back(text.text[i]);
  }
  return pattern;
}

}  // namespace

bool IsAny(const FilterText& text) {
  return !text.text.empty() && text.stars.size() == text.text.size();
}

bool IsNullWord(const FilterText& text) {
  return !text.quoted && text.text == "null";
}

bool IsStar(const FilterText& text) { return !text.quoted && IsAny(text); }

Expression IsLike(const Expression& operand, const FilterText& text,
                  bool ignore_case) {
  if (IsAny(text)) return !Expression::IsNull(operand);
  const std::string& whole = text.text;
  const auto match = [&](TextMatch kind, size_t from, size_t size) {
    return Expression::Match(operand, kind, whole.substr(from, size),
                             ignore_case);
  };
  if (text.stars.empty()) {
    return ignore_case ? match(TextMatch::kIs, 0, whole.size())
                       : Expression::Compare(operand, Comparison::kEqual,
                                             Literal(Value::Text(whole)));
  }
  const bool begins = text.stars.front() == 0;
  const bool ends = text.stars.back() + 1 == whole.size();
  const size_t outside = (begins ? 1 : 0) + (ends ? 1 : 0);
  if (text.stars.size() != outside) {
    return Expression::Match(operand, TextMatch::kPattern, PatternOf(text),
                             ignore_case);
  }
  const size_t size = whole.size() - outside;
  if (outside == 2) return match(TextMatch::kContains, 1, size);
  return begins ? match(TextMatch::kEndsWith, 1, size)
                : match(TextMatch::kStartsWith, 0, size);
}

Expression HasWord(const Expression& operand, const FilterText& word) {
  return word.stars.empty()
             ? Expression::Match(operand, TextMatch::kContains, word.text,
                                 /*ignore_case=*/true)
             : IsLike(operand, word, /*ignore_case=*/true);
}

Comparison ComparisonOf(FilterOperator op) {
  switch (op) {
    case FilterOperator::kNotEqual:
      return Comparison::kNotEqual;
    case FilterOperator::kLess:
      return Comparison::kLess;
    case FilterOperator::kLessOrEqual:
      return Comparison::kLessOrEqual;
    case FilterOperator::kGreater:
      return Comparison::kGreater;
    case FilterOperator::kGreaterOrEqual:
      return Comparison::kGreaterOrEqual;
    case FilterOperator::kEqual:
    case FilterOperator::kHas:
      break;
  }
  return Comparison::kEqual;
}

std::string NotExpected(absl::string_view expected, const FilterText& text) {
  return absl::StrCat("Expected ", expected, ", not ", Quoted(text.text), ".");
}

}  // namespace modelservice
