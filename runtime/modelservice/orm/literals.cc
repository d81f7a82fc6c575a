#include "modelservice/orm/literals.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/sql/between_times.h"
#include "modelservice/sql/number_kind.h"

namespace modelservice::internal {
namespace {

bool IsInvalid(const Literal& literal) {
  return literal.value().kind() == Value::Kind::kInvalid;
}

bool IsWholeMicros(absl::Duration span) {
  return span == absl::Trunc(span, absl::Microseconds(1));
}

// Whether it is a text that no column can hold.
bool IsNoText(const Literal& literal) {
  const Value value = literal.value();
  return value.kind() == Value::Kind::kText &&
         (HasNul(value.text()) || !IsUtf8(value.text()));
}

// What stands for a value that is above, or below, all that there are.
Expression CompareOutside(Expression self, Comparison comparison, bool above) {
  bool holds = false;
  switch (comparison) {
    case Comparison::kEqual:
      return Expression::False();
    case Comparison::kNotEqual:
      return Expression::True();
    case Comparison::kLess:
    case Comparison::kLessOrEqual:
      holds = above;
      break;
    case Comparison::kGreater:
    case Comparison::kGreaterOrEqual:
      holds = !above;
      break;
  }
  if (!holds) return Expression::False();
  return !Expression::IsNull(std::move(self));
}

bool IsByName(const Column* column) {
  return column != nullptr && column->storage == Storage::kName;
}

}  // namespace

const Column* ColumnOf(const Expression& expression) {
  const auto* const node = expression.As<Expression::ColumnNode>();
  return node == nullptr ? nullptr : node->described;
}

Literal IntegerLiteral(WideInteger value, IntegerRange range) {
  if (value.too_big || value.value > range.most) {
    return Literal(Value::Invalid(absl::StrCat(
        "Ensure this value is less than or equal to ", range.most, ".")));
  }
  if (value.value < range.least) {
    return Literal(Value::Invalid(absl::StrCat(
        "Ensure this value is greater than or equal to ", range.least, ".")));
  }
  return Literal(Value::Integer(value.value));
}

Literal EnumLiteral(const google::protobuf::EnumDescriptor* type, int number,
                    const Column* column) {
  if (!IsByName(column)) return Literal(Value::Integer(number));
  TextArena arena;
  return Literal(ToEnumName(type, number, arena));
}

Literal ToLiteral(bool value) { return Literal(ToValue(value)); }

// Infinite times become those at the ends of what can be: no row has one.
Literal ToLiteral(absl::Time time) {
  constexpr int64_t kFar = 1000000000000;  // seconds, past the year 9999
  if (time > absl::FromUnixSeconds(kFar)) {
    return Literal(Value::Timestamp(kFar, 0));
  }
  if (time < absl::FromUnixSeconds(-kFar)) {
    return Literal(Value::Timestamp(-kFar, 0));
  }
  const int64_t seconds = absl::ToUnixSeconds(time);  // rounds down
  const auto nanos = static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds)));
  return Literal(Value::Timestamp(seconds, nanos));
}

Literal ToLiteral(const google::protobuf::Timestamp& time) {
  return Literal(ToValue(time));
}

Literal ToLiteral(absl::Duration duration) {
  if (!IsWholeMicros(duration)) return Literal(Value::Invalid(kWholeMicros));
  return Literal(Value::Integer(absl::ToInt64Microseconds(duration)));
}

Literal ToLiteral(const google::protobuf::Duration& duration) {
  return Literal(ToValue(duration));
}

Expression Compare(Expression a, Comparison comparison, Expression b) {
  // Enums that are stored in different ways are never equal to the database.
  const Column* const x = ColumnOf(a);
  const Column* const y = ColumnOf(b);
  if (x != nullptr && y != nullptr && x->type == FieldType::kEnum &&
      IsByName(x) != IsByName(y)) {
    b = Literal(Value::Invalid(
        absl::StrCat(x->field, " and ", y->field,
                     " are not stored in one way, by name or by number.")));
  }
  // No row has a text, or a time, that the database cannot hold.
  if (const auto* const literal = b.As<Expression::LiteralNode>()) {
    const Value value = literal->literal.value();
    if (IsNoText(literal->literal)) {
      if (comparison == Comparison::kEqual ||
          comparison == Comparison::kNotEqual) {
        return CompareOutside(std::move(a), comparison, /*above=*/false);
      }
      b = Literal(Value::Invalid("Not a valid string."));
    } else if (value.kind() == Value::Kind::kTimestamp &&
               (value.seconds() > kMaxTimestampSeconds ||
                value.seconds() < kMinTimestampSeconds)) {
      return CompareOutside(std::move(a), comparison, value.seconds() > 0);
    }
  }
  if (comparison != Comparison::kNotEqual) {
    return Expression::Compare(std::move(a), comparison, std::move(b));
  }
  return Not(
      Expression::Compare(std::move(a), Comparison::kEqual, std::move(b)));
}

Expression CompareInteger(Expression self, Comparison comparison,
                          WideInteger value, IntegerRange range) {
  const Literal literal = IntegerLiteral(value, range);
  if (IsInvalid(literal)) {
    return CompareOutside(std::move(self), comparison,
                          value.too_big || value.value > range.most);
  }
  return Compare(std::move(self), comparison, literal);
}

Expression CompareSpan(Expression self, Comparison comparison,
                       absl::Duration span) {
  const absl::Duration below = absl::Floor(span, absl::Microseconds(1));
  if (below == span) {
    return Compare(std::move(self), comparison, ToLiteral(span));
  }
  if (comparison == Comparison::kEqual || comparison == Comparison::kNotEqual) {
    return CompareOutside(std::move(self), comparison, /*above=*/false);
  }
  return Compare(std::move(self), WithBelow(comparison), ToLiteral(below));
}

Expression Among(Expression self, std::vector<Literal> values) {
  // No row has what no column can hold.
  std::vector<Literal> possible;
  for (Literal& value : values) {
    if (!IsInvalid(value) && !IsNoText(value)) {
      possible.push_back(std::move(value));
    }
  }
  return Expression::In(std::move(self), std::move(possible));
}

Expression ComputeTexts(Expression a, Arithmetic how, Expression b) {
  if (how == Arithmetic::kAdd && !IsDecimal(a) && !IsDecimal(b)) {
    how = Arithmetic::kConcatenate;
  }
  return Expression::Compute(std::move(a), how, std::move(b));
}

Expression Not(const Expression& condition) {
  if (!condition.is_never_null()) return Expression::IsNotTrue(condition);
  const auto* const compare = condition.As<Expression::CompareNode>();
  if (compare != nullptr && compare->comparison == Comparison::kEqual) {
    return Expression::Compare(compare->left, Comparison::kNotEqual,
                               compare->right);
  }
  return !condition;
}

}  // namespace modelservice::internal
