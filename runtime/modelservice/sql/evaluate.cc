#include "modelservice/sql/evaluate.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice {
namespace {

template <class T>
int Order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

// Exact, where turning the integer into a double would not be.
std::optional<int> OrderOf(int64_t integer, double real) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  if (std::isnan(real)) return std::nullopt;
  if (real >= kLimit) return -1;
  if (real < -kLimit) return 1;
  const double whole = std::trunc(real);
  const int order = Order(integer, static_cast<int64_t>(whole));
  return order != 0 ? order : Order(whole, real);
}

// Databases without a type for it hold a timestamp as text.
Value AsTimestamp(Value value) {
  int64_t seconds = 0;
  int32_t nanos = 0;
  return value.kind() == Value::Kind::kText &&
                 ParseTimestamp(value.text(), &seconds, &nanos)
             ? Value::Timestamp(seconds, nanos)
             : value;
}

// None when they cannot be compared. `column` is the one that they are compared
// as the values of; null: none.
std::optional<int> OrderOf(const Column* column, Value a, Value b) {
  using Kind = Value::Kind;
  if (column != nullptr && column->type == FieldType::kTimestamp) {
    a = AsTimestamp(a);
    b = AsTimestamp(b);
  }
  if (a.kind() == Kind::kInteger && b.kind() == Kind::kReal) {
    return OrderOf(a.integer(), b.real());
  }
  if (a.kind() == Kind::kReal && b.kind() == Kind::kInteger) {
    const std::optional<int> order = OrderOf(b.integer(), a.real());
    if (!order.has_value()) return std::nullopt;
    return -*order;
  }
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Kind::kInteger:
      return Order(a.integer(), b.integer());
    case Kind::kReal:
      if (std::isnan(a.real()) || std::isnan(b.real())) return std::nullopt;
      return Order(a.real(), b.real());
    case Kind::kText:
      return column != nullptr && column->format == Format::kDecimal
                 ? CompareDecimals(a.text(), b.text())
                 : Order(a.text(), b.text());
    case Kind::kBlob:
      return Order(a.text(), b.text());
    case Kind::kTimestamp:
      return a.seconds() != b.seconds() ? Order(a.seconds(), b.seconds())
                                        : Order(a.nanos(), b.nanos());
    case Kind::kNull:
    case Kind::kInvalid:
    case Kind::kList:
      break;
  }
  return std::nullopt;
}

// Of TextMatch::kPattern.
bool MatchesPattern(absl::string_view text, absl::string_view pattern) {
  size_t at = 0;
  size_t next = 0;
  // Behind the last star, and where what it stands for ends.
  size_t behind_star = absl::string_view::npos;
  size_t star_end = 0;
  for (;;) {
    if (next < pattern.size() && pattern[next] == '*') {
      behind_star = ++next;
      star_end = at;
      continue;
    }
    const bool escaped = next + 1 < pattern.size() && pattern[next] == '\\';
    const size_t character = escaped ? next + 1 : next;
    if (at == text.size() && next == pattern.size()) return true;
    if (at < text.size() && character < pattern.size() &&
        text[at] == pattern[character]) {
      ++at;
      next = character + 1;
    } else if (behind_star != absl::string_view::npos &&
               star_end < text.size()) {
      at = ++star_end;
      next = behind_star;
    } else {
      return false;
    }
  }
}

bool Holds(Comparison comparison, int order) {
  switch (comparison) {
    case Comparison::kEqual:
      return order == 0;
    case Comparison::kNotEqual:
      return order != 0;
    case Comparison::kLess:
      return order < 0;
    case Comparison::kLessOrEqual:
      return order <= 0;
    case Comparison::kGreater:
      return order > 0;
    case Comparison::kGreaterOrEqual:
      return order >= 0;
  }
  return false;
}

// Sets of SQL's truth values, one bit for each: what a condition may be.
using Truths = uint8_t;
constexpr Truths kTrue = 1;
constexpr Truths kFalse = 2;
constexpr Truths kUnknown = 4;
constexpr Truths kAny = kTrue | kFalse | kUnknown;

Truths Only(bool truth) { return truth ? kTrue : kFalse; }

Truths Opposites(Truths of) {
  return static_cast<Truths>((of & kUnknown) |
                             ((of & kTrue) != 0 ? kFalse : 0) |
                             ((of & kFalse) != 0 ? kTrue : 0));
}

// What AND makes of one of `a` and one of `b`.
Truths Both(Truths a, Truths b) {
  Truths all = (a | b) & kFalse;
  if ((a & b & kTrue) != 0) all |= kTrue;
  constexpr Truths kMaybe = kTrue | kUnknown;
  if (((a & kUnknown) != 0 && (b & kMaybe) != 0) ||
      ((b & kUnknown) != 0 && (a & kMaybe) != 0)) {
    all |= kUnknown;
  }
  return all;
}

// A value, if it is known.
using Known = std::optional<Value>;

Known Computed(Value a, Arithmetic arithmetic, Value b) {
  if (a.is_null() || b.is_null()) return Value::Null();
  if (a.kind() != Value::Kind::kInteger || b.kind() != Value::Kind::kInteger) {
    return std::nullopt;
  }
  int64_t result = 0;
  bool overflow = true;
  switch (arithmetic) {
    case Arithmetic::kAdd:
      overflow = __builtin_add_overflow(a.integer(), b.integer(), &result);
      break;
    case Arithmetic::kSubtract:
      overflow = __builtin_sub_overflow(a.integer(), b.integer(), &result);
      break;
    case Arithmetic::kMultiply:
      overflow = __builtin_mul_overflow(a.integer(), b.integer(), &result);
      break;
    case Arithmetic::kDivide:
      if (b.integer() == 0) return Value::Null();
      overflow = b.integer() == -1 &&
                 a.integer() == std::numeric_limits<int64_t>::min();
      if (!overflow) result = a.integer() / b.integer();
      break;
    case Arithmetic::kConcatenate:
      break;
  }
  if (overflow) return std::nullopt;
  return Value::Integer(result);
}

Known PartOf(DatePart part, Value time) {
  if (time.is_null()) return time;
  time = AsTimestamp(time);
  if (time.kind() != Value::Kind::kTimestamp) return std::nullopt;
  const absl::CivilSecond civil = absl::ToCivilSecond(
      absl::FromUnixSeconds(time.seconds()), absl::UTCTimeZone());
  switch (part) {
    case DatePart::kYear:
      return Value::Integer(civil.year());
    case DatePart::kMonth:
      return Value::Integer(civil.month());
    case DatePart::kDay:
      return Value::Integer(civil.day());
    case DatePart::kWeekDay:
      // Of absl's, Monday is the first and 0.
      return Value::Integer(
          (static_cast<int>(absl::GetWeekday(civil)) + 1) % 7 + 1);
    case DatePart::kHour:
      return Value::Integer(civil.hour());
    case DatePart::kMinute:
      return Value::Integer(civil.minute());
    case DatePart::kSecond:
      return Value::Integer(civil.second());
  }
  return std::nullopt;
}

// What a condition may be over a row that is known, or is in part.
class Evaluator {
 public:
  // `known` is empty where all of the row is; `orders_texts` whether of two
  // texts the one whose bytes come first does.
  Evaluator(const Table& table, Row row, absl::Span<const bool> known,
            bool orders_texts)
      : table_(table), row_(row), known_(known), orders_texts_(orders_texts) {}

  Truths Of(const Expression& condition) const {
    return condition.Visit(*this);
  }

  Truths operator()(const Expression::TrueNode&) const { return kTrue; }
  Truths operator()(const Expression::FalseNode&) const { return kFalse; }
  Truths operator()(const Expression::CompareNode& node) const {
    const Known a = ValueOf(node.left);
    const Known b = ValueOf(node.right);
    if (!a.has_value() || !b.has_value()) return kAny;
    const Column* const left = ColumnOf(node.left);
    return Compare(left != nullptr ? left : ColumnOf(node.right), *a,
                   node.comparison, *b);
  }
  Truths operator()(const Expression::InNode& node) const {
    const Known operand = ValueOf(node.operand);
    if (!operand.has_value()) return kAny;
    const Column* const column = ColumnOf(node.operand);
    Truths none = kTrue;
    for (const Literal& value : node.values) {
      none = Both(none, Opposites(Compare(column, *operand, Comparison::kEqual,
                                          value.value())));
      if (none == kFalse) break;
    }
    return Opposites(none);
  }
  Truths operator()(const Expression::IsNullNode& node) const {
    const Known operand = ValueOf(node.operand);
    return operand.has_value() ? Only(operand->is_null())
                               : Truths{kTrue | kFalse};
  }
  Truths operator()(const Expression::AndNode& node) const {
    Truths all = kTrue;
    for (const Expression& part : node.parts) {
      all = Both(all, Of(part));
      if (all == kFalse) break;
    }
    return all;
  }
  Truths operator()(const Expression::OrNode& node) const {
    // By De Morgan.
    Truths none = kTrue;
    for (const Expression& part : node.parts) {
      none = Both(none, Opposites(Of(part)));
      if (none == kFalse) break;
    }
    return Opposites(none);
  }
  Truths operator()(const Expression::NotNode& node) const {
    return Opposites(Of(node.operand));
  }
  Truths operator()(const Expression::IsNotTrueNode& node) const {
    const Truths inside = Of(node.operand);
    return static_cast<Truths>(
        ((inside & kTrue) != 0 ? kFalse : 0) |
        ((inside & (kFalse | kUnknown)) != 0 ? kTrue : 0));
  }
  Truths operator()(const Expression::MatchNode& node) const {
    const Known operand = ValueOf(node.operand);
    if (!operand.has_value()) return kAny;
    if (operand->is_null()) return kUnknown;
    if (node.ignore_case || operand->kind() != Value::Kind::kText) return kAny;
    switch (node.match) {
      case TextMatch::kIs:
        return Only(operand->text() == node.text);
      case TextMatch::kContains:
        return Only(absl::StrContains(operand->text(), node.text));
      case TextMatch::kStartsWith:
        return Only(absl::StartsWith(operand->text(), node.text));
      case TextMatch::kEndsWith:
        return Only(absl::EndsWith(operand->text(), node.text));
      case TextMatch::kPattern:
        return Only(MatchesPattern(operand->text(), node.text));
      case TextMatch::kRegex:
        break;
    }
    return kAny;
  }
  // Values, and what only a database knows.
  template <class Node>
  Truths operator()(const Node&) const {
    return kAny;
  }

 private:
  Truths Compare(const Column* column, Value a, Comparison comparison,
                 Value b) const {
    if (a.is_null() || b.is_null()) return kUnknown;
    const bool asks_order =
        comparison != Comparison::kEqual && comparison != Comparison::kNotEqual;
    if (asks_order && !orders_texts_ && b.kind() == Value::Kind::kText) {
      return kAny;
    }
    const std::optional<int> order = OrderOf(column, a, b);
    return order.has_value() ? Only(Holds(comparison, *order)) : kUnknown;
  }

  static const Column* ColumnOf(const Expression& e) {
    const auto* const column = e.As<Expression::ColumnNode>();
    return column == nullptr ? nullptr : column->described;
  }

  Known ValueOf(const Expression& e) const {
    if (const auto* const literal = e.As<Expression::LiteralNode>()) {
      return literal->literal.value();
    }
    if (const auto* const sum = e.As<Expression::ArithmeticNode>()) {
      const Known a = ValueOf(sum->left);
      const Known b = ValueOf(sum->right);
      if (!a.has_value() || !b.has_value()) return std::nullopt;
      return Computed(*a, sum->arithmetic, *b);
    }
    if (const auto* const part = e.As<Expression::DatePartNode>()) {
      const Known time = ValueOf(part->operand);
      if (!time.has_value()) return std::nullopt;
      return PartOf(part->part, *time);
    }
    const auto* const column = e.As<Expression::ColumnNode>();
    if (column == nullptr || !column->alias.empty() || column->way != nullptr) {
      return std::nullopt;
    }
    for (size_t i = 0; i < table_.columns.size(); ++i) {
      if (&table_.columns[i] != column->described) continue;
      if (!known_.empty() && !known_[i]) return std::nullopt;
      return row_[i];
    }
    return std::nullopt;
  }

  const Table& table_;
  const Row row_;
  const absl::Span<const bool> known_;
  const bool orders_texts_;
};

}  // namespace

bool MayMatch(const Expression& condition, const Table& table, Row row,
              absl::Span<const bool> known) {
  return (Evaluator(table, row, known, /*orders_texts=*/false).Of(condition) &
          kTrue) != 0;
}

std::optional<bool> Matches(const Expression& condition, const Table& table,
                            Row row) {
  const Truths truths =
      Evaluator(table, row, {}, /*orders_texts=*/true).Of(condition);
  if ((truths & kTrue) == 0) return false;
  if (truths == kTrue) return true;
  return std::nullopt;
}

}  // namespace modelservice
