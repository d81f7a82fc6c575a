#include "modelservice/sql/evaluate.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice {
namespace {

// SQL's truth values; none is unknown.
using Truth = std::optional<bool>;

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

// A decimal number's sign and the digits of its parts, without zeros that mean
// nothing.
struct Decimal {
  bool negative = false;
  absl::string_view whole;
  absl::string_view fraction;
};

std::optional<Decimal> ReadDecimal(absl::string_view text) {
  Decimal decimal;
  decimal.negative = absl::ConsumePrefix(&text, "-");
  if (!decimal.negative) absl::ConsumePrefix(&text, "+");
  const size_t point = text.find('.');
  decimal.whole = text.substr(0, point);
  if (point != absl::string_view::npos) {
    decimal.fraction = text.substr(point + 1);
  }
  if (decimal.whole.empty() && decimal.fraction.empty()) return std::nullopt;
  for (const absl::string_view digits : {decimal.whole, decimal.fraction}) {
    for (const char c : digits) {
      if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) {
        return std::nullopt;
      }
    }
  }
  while (absl::ConsumePrefix(&decimal.whole, "0")) {
  }
  while (absl::ConsumeSuffix(&decimal.fraction, "0")) {
  }
  if (decimal.whole.empty() && decimal.fraction.empty()) {
    decimal.negative = false;
  }
  return decimal;
}

std::optional<int> OrderOfDecimals(absl::string_view a, absl::string_view b) {
  const std::optional<Decimal> x = ReadDecimal(a);
  const std::optional<Decimal> y = ReadDecimal(b);
  if (!x.has_value() || !y.has_value()) return std::nullopt;
  if (x->negative != y->negative) return x->negative ? -1 : 1;
  int order = Order(x->whole.size(), y->whole.size());
  if (order == 0) order = Order(x->whole, y->whole);
  if (order == 0) order = Order(x->fraction, y->fraction);
  return x->negative ? -order : order;
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

// None when they cannot be compared.
std::optional<int> OrderOf(const Column& column, Value a, Value b) {
  using Kind = Value::Kind;
  if (column.type == FieldType::kTimestamp) {
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
      return column.format == Format::kDecimal
                 ? OrderOfDecimals(a.text(), b.text())
                 : Order(a.text(), b.text());
    case Kind::kBlob:
      return Order(a.text(), b.text());
    case Kind::kTimestamp:
      return a.seconds() != b.seconds() ? Order(a.seconds(), b.seconds())
                                        : Order(a.nanos(), b.nanos());
    case Kind::kNull:
    case Kind::kInvalid:
      break;
  }
  return std::nullopt;
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

class Evaluation {
 public:
  Evaluation(const Table& table, Row row) : table_(table), row_(row) {}

  Truth Of(const Expression& condition) const {
    switch (condition.kind()) {
      case Expression::Kind::kTrue:
        return true;
      case Expression::Kind::kCompare:
        return Compare(condition.column(), condition.comparison(),
                       condition.literals()[0].value());
      case Expression::Kind::kIn:
        return In(condition);
      case Expression::Kind::kIsNull:
        return ValueOf(condition.column()).is_null();
      case Expression::Kind::kAnd:
        return Fold(condition, false);
      case Expression::Kind::kOr:
        return Fold(condition, true);
      case Expression::Kind::kNot: {
        const Truth inside = Of(condition.parts()[0]);
        if (!inside.has_value()) return std::nullopt;
        return !*inside;
      }
    }
    return std::nullopt;
  }

 private:
  Value ValueOf(int column) const { return row_[static_cast<size_t>(column)]; }

  // NULL as the builder writes it: IS NULL, IS NOT NULL, or false.
  Truth Compare(int column, Comparison comparison, Value literal) const {
    const Value value = ValueOf(column);
    if (literal.is_null()) {
      if (comparison == Comparison::kEqual) return value.is_null();
      if (comparison == Comparison::kNotEqual) return !value.is_null();
      return false;
    }
    const std::optional<int> order =
        OrderOf(table_.columns[static_cast<size_t>(column)], value, literal);
    if (!order.has_value()) return std::nullopt;
    return Holds(comparison, *order);
  }

  Truth In(const Expression& in) const {
    Truth any = false;
    for (const Literal& literal : in.literals()) {
      const Truth equal =
          Compare(in.column(), Comparison::kEqual, literal.value());
      if (equal == Truth(true)) return true;
      if (!equal.has_value()) any = std::nullopt;
    }
    return any;
  }

  // OR ends with the first true, AND with the first false.
  Truth Fold(const Expression& parts, bool decisive) const {
    Truth all = !decisive;
    for (const Expression& part : parts.parts()) {
      const Truth truth = Of(part);
      if (truth == Truth(decisive)) return decisive;
      if (!truth.has_value()) all = std::nullopt;
    }
    return all;
  }

  const Table& table_;
  const Row row_;
};

// Sets of truth values, one bit for each.
using Truths = uint8_t;
constexpr Truths kTrue = 1;
constexpr Truths kFalse = 2;
constexpr Truths kUnknown = 4;

Truths Only(Truth truth) {
  return !truth.has_value() ? kUnknown : *truth ? kTrue : kFalse;
}

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

// Whether it asks which of two texts comes first: each database has an order of
// its own.
bool OrdersTexts(const Expression& comparison) {
  return comparison.kind() == Expression::Kind::kCompare &&
         comparison.comparison() != Comparison::kEqual &&
         comparison.comparison() != Comparison::kNotEqual &&
         comparison.literals()[0].value().kind() == Value::Kind::kText;
}

// What a condition can be over a row that is known in part.
class Possibilities {
 public:
  Possibilities(const Evaluation& row, absl::Span<const bool> known)
      : row_(row), known_(known) {}

  Truths Of(const Expression& condition) const {
    switch (condition.kind()) {
      case Expression::Kind::kTrue:
        return kTrue;
      case Expression::Kind::kCompare:
      case Expression::Kind::kIn:
      case Expression::Kind::kIsNull:
        return known_[static_cast<size_t>(condition.column())] &&
                       !OrdersTexts(condition)
                   ? Only(row_.Of(condition))
                   : kTrue | kFalse | kUnknown;
      case Expression::Kind::kNot:
        return Opposites(Of(condition.parts()[0]));
      case Expression::Kind::kAnd: {
        Truths all = kTrue;
        for (const Expression& part : condition.parts()) {
          all = Both(all, Of(part));
        }
        return all;
      }
      case Expression::Kind::kOr: {
        // By De Morgan.
        Truths none = kTrue;
        for (const Expression& part : condition.parts()) {
          none = Both(none, Opposites(Of(part)));
        }
        return Opposites(none);
      }
    }
    return kTrue | kFalse | kUnknown;
  }

 private:
  const Evaluation& row_;
  const absl::Span<const bool> known_;
};

}  // namespace

bool MayMatch(const Expression& condition, const Table& table, Row row,
              absl::Span<const bool> known) {
  const Evaluation evaluation(table, row);
  return (Possibilities(evaluation, known).Of(condition) & kTrue) != 0;
}

bool Matches(const Expression& condition, const Table& table, Row row) {
  return Evaluation(table, row).Of(condition).value_or(false);
}

}  // namespace modelservice
