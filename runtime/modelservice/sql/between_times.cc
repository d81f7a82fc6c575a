#include "modelservice/sql/between_times.h"

#include <utility>

#include "modelservice/schema/timestamp_text.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/live_column.h"
#include "modelservice/sql/stored_literals.h"

namespace modelservice {
namespace {

constexpr int64_t kSecond = 1000000000;

// Times inside of JSON and in texts are as fine as they are written.
bool IsColumnOfTimes(const Expression& e) {
  const Column* const column = ColumnWithValuesOf(e);
  return column != nullptr && column->type == FieldType::kTimestamp &&
         (column->sql_type.empty() ||
          ParseLiveType(column->name, column->sql_type).kind ==
              ColumnKind::kTimestamp);
}

}  // namespace

std::optional<Value> TimeBelow(Value time, int64_t step) {
  if (time.kind() != Value::Kind::kTimestamp || step <= 1) return std::nullopt;
  if (time.seconds() == kMaxTimestampSeconds && time.nanos() == kSecond - 1) {
    return std::nullopt;
  }
  int64_t seconds = 0;
  int64_t nanos = 0;
  if (step >= kSecond) {
    seconds = time.seconds() % (step / kSecond);
    if (seconds < 0) seconds += step / kSecond;
    nanos = time.nanos();
  } else {
    nanos = time.nanos() % step;
  }
  if (seconds == 0 && nanos == 0) return std::nullopt;
  return Value::Timestamp(time.seconds() - seconds,
                          time.nanos() - static_cast<int32_t>(nanos));
}

Comparison WithBelow(Comparison comparison) {
  switch (comparison) {
    case Comparison::kLess:
      return Comparison::kLessOrEqual;
    case Comparison::kGreaterOrEqual:
      return Comparison::kGreater;
    default:
      return comparison;
  }
}

Expression CompareBehind(const Expression& column, Comparison comparison,
                         Literal below) {
  switch (comparison) {
    case Comparison::kEqual:
      return Expression::False();
    case Comparison::kNotEqual:
      return !Expression::IsNull(column);
    default:
      return Expression::Compare(column, WithBelow(comparison),
                                 std::move(below));
  }
}

std::optional<Expression> InTimesHeld(const Expression::CompareNode& compare,
                                      int64_t step) {
  for (const bool mirrored : {false, true}) {
    const Expression& other = mirrored ? compare.left : compare.right;
    const auto* const literal = other.As<Expression::LiteralNode>();
    if (literal == nullptr) continue;
    const Expression& column = mirrored ? compare.right : compare.left;
    const auto below = TimeBelow(literal->literal.value(), step);
    if (!below.has_value() || !IsColumnOfTimes(column)) return std::nullopt;
    return CompareBehind(
        column, mirrored ? Mirrored(compare.comparison) : compare.comparison,
        Literal(*below));
  }
  return std::nullopt;
}

std::optional<Value> ColumnForm::Below(Value given) const {
  switch (kind_) {
    case Kind::kUnixTime:
      return TimeBelow(given, kSecond);
    case Kind::kDayOfTime:
      return TimeBelow(given, 86400 * kSecond);
    case Kind::kTimestamp: {
      int64_t seconds = 0;
      int32_t nanos = 0;
      const bool is_between = given.kind() == Value::Kind::kText &&
                              ParseTimestamp(given.text(), &seconds, &nanos) &&
                              nanos % 1000 != 0;
      // Which Stored cuts.
      return is_between ? std::optional<Value>(given) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

bool IsBetweenTimes(const Expression& operand, const Literal& literal,
                    int64_t step) {
  return TimeBelow(literal.value(), step).has_value() &&
         IsColumnOfTimes(operand);
}

Comparison Mirrored(Comparison comparison) {
  switch (comparison) {
    case Comparison::kLess:
      return Comparison::kGreater;
    case Comparison::kLessOrEqual:
      return Comparison::kGreaterOrEqual;
    case Comparison::kGreater:
      return Comparison::kLess;
    case Comparison::kGreaterOrEqual:
      return Comparison::kLessOrEqual;
    default:
      return comparison;
  }
}

}  // namespace modelservice
