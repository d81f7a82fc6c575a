#include "modelservice/orm/computed.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "modelservice/db/error.h"
#include "modelservice/schema/field_range.h"
#include "modelservice/sql/number_kind.h"
#include "modelservice/sql/parts.h"

namespace modelservice {
namespace {

// Whether the live column refuses what its field does not hold, or holds no
// numbers, as PostgreSQL has them.
bool IsGuarded(FieldRange range, const LiveColumn* live,
               const Dialect& dialect) {
  if (!dialect.keeps_types() || live == nullptr) return false;
  if (live->kind != ColumnKind::kInteger) {
    return live->kind != ColumnKind::kReal &&
           live->kind != ColumnKind::kDecimal;
  }
  return range.least < 0 &&
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
  // Of which none but those between -1 and 1 have so few digits.
  Expression refused = Expression::Fitted(computed, 1, 1);
  if (!dialect.keeps_types() && NumberKindOf(computed) == NumberKind::kWhole) {
    // Past 64 bits SQLite goes on with a real, which may come back into the
    // range, as another number: none is one without a point.
    beyond = std::move(beyond) ||
             Expression::Match(Expression::Cast(computed, CastType::kText),
                               TextMatch::kContains, ".");
    refused = Expression::Fitted(
        Expression::Compute(
            Expression::Compute(computed, Arithmetic::kMultiply, computed),
            Arithmetic::kAdd, Literal(Value::Integer(10))),
        1, 1);
  }
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
