#include "modelservice/orm/computed.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "modelservice/db/error.h"
#include "modelservice/orm/field_range.h"
#include "modelservice/sql/parts.h"

namespace modelservice {
namespace {

// Whether the live column refuses what its field does not hold.
bool IsGuarded(FieldRange range, const LiveColumn* live,
               const Dialect& dialect) {
  return dialect.keeps_types() && range.least < 0 && live != nullptr &&
         live->kind == ColumnKind::kInteger &&
         range.most >= std::numeric_limits<int64_t>::max() >> (64 - live->bits);
}

bool Computes(const Expression& e) {
  if (e.As<Expression::ArithmeticNode>() != nullptr ||
      e.As<Expression::CastNode>() != nullptr ||
      e.As<Expression::JsonNode>() != nullptr) {
    return true;
  }
  bool computes = false;
  ForEachPart(e, [&](const Expression& part, int) {
    computes = computes || Computes(part);
  });
  return computes;
}

}  // namespace

Expression WithinRange(const Column& column, const LiveColumn* live,
                       const Dialect& dialect, Expression computed) {
  const std::optional<FieldRange> range = RangeOf(column.type);
  if (!range.has_value() || IsGuarded(*range, live, dialect)) return computed;
  // A bound may be past the type of what PostgreSQL computes, but for NUMERIC.
  const Expression compared =
      dialect.keeps_types() ? Expression::Fitted(computed, -1, 0) : computed;
  const auto is = [&](Comparison comparison, int64_t bound) {
    return Expression::Compare(compared, comparison,
                               Literal(Value::Integer(bound)));
  };
  Expression beyond = is(Comparison::kLess, range->least) ||
                      is(Comparison::kGreater, range->most);
  if (!dialect.keeps_types() &&
      range->least == std::numeric_limits<int64_t>::min()) {
    // SQLite goes on with a real, which may be as much as the least of all.
    beyond =
        std::move(beyond) ||
        (is(Comparison::kEqual, range->least) &&
         Expression::Compare(Expression::Cast(computed, CastType::kText),
                             Comparison::kNotEqual,
                             Literal(Value::Text("-9223372036854775808"))));
  }
  // Of which none but 0 has so few digits.
  Expression refused = Expression::Fitted(computed, 1, 1);
  return Expression::Case({{std::move(beyond), std::move(refused)}},
                          std::move(computed));
}

absl::Status OfComputed(const absl::Status& status,
                        const std::vector<std::string>& computed,
                        const Expression& where, const Dialect& dialect) {
  using Kind = DatabaseError::Kind;
  std::optional<DatabaseError> error = GetDatabaseError(status);
  if (!error.has_value() || !error->columns.empty() || computed.size() != 1 ||
      Computes(where)) {
    return status;
  }
  // A check of PostgreSQL's that is of no table is that of a domain.
  const bool is_of_type = error->kind == Kind::kValue ||
                          (error->kind == Kind::kCheck &&
                           error->table.empty() && dialect.keeps_types());
  if (!is_of_type) return status;
  error->columns = computed;
  return MakeDatabaseError(*error, status.message());
}

}  // namespace modelservice
