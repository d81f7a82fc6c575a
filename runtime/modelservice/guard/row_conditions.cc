#include "modelservice/guard/row_conditions.h"

#include <algorithm>

namespace modelservice {
namespace {

using Kind = Expression::Kind;

bool IsNull(const Literal& literal) { return literal.value().is_null(); }

// Whether a comparison is unknown, as SQL has it, where the column is NULL.
bool IsUnknownForNull(const Expression& comparison) {
  return comparison.kind() != Kind::kIsNull && !comparison.literals().empty() &&
         std::none_of(comparison.literals().begin(),
                      comparison.literals().end(), IsNull);
}

// Whether a comparison is false for every row: with nothing, or the order of
// something and NULL.
bool IsFalse(const Expression& comparison) {
  if (comparison.kind() == Kind::kIn) return comparison.literals().empty();
  return comparison.kind() == Kind::kCompare &&
         IsNull(comparison.literals()[0]) &&
         comparison.comparison() != Comparison::kEqual &&
         comparison.comparison() != Comparison::kNotEqual;
}

// What a truth value must not be.
enum class Except { kTrue, kFalse };

// The rows for which `e` is anything but `except`: false or unknown, or true or
// unknown. NOT is pushed down to the comparisons, where it is known what is
// NULL.
RowCondition RowsWhereIsNot(Except except, const Expression& e) {
  const bool negate = except == Except::kTrue;
  switch (e.kind()) {
    case Kind::kTrue:
      return negate ? RowCondition::Never() : RowCondition::Always();
    case Kind::kNot:
      return RowsWhereIsNot(negate ? Except::kFalse : Except::kTrue,
                            e.parts()[0]);
    case Kind::kAnd:
    case Kind::kOr: {
      // a AND b is true where both are, so it is not where either is not.
      const bool any = (e.kind() == Kind::kAnd) == negate;
      RowCondition all = any ? RowCondition::Never() : RowCondition::Always();
      for (const Expression& part : e.parts()) {
        const RowCondition rows = RowsWhereIsNot(except, part);
        all = any ? Or(all, rows) : And(all, rows);
      }
      return all;
    }
    case Kind::kCompare:
    case Kind::kIn:
    case Kind::kIsNull:
      break;
  }
  if (IsFalse(e)) {
    return negate ? RowCondition::Always() : RowCondition::Never();
  }
  const Expression rows = negate ? !e : e;
  return {false,
          IsUnknownForNull(e) ? rows || Expression::IsNull(e.column()) : rows};
}

}  // namespace

RowCondition RowsWhere(const Expression& rows) {
  switch (rows.kind()) {
    case Kind::kAnd:
    case Kind::kOr: {
      const bool any = rows.kind() == Kind::kOr;
      RowCondition all = any ? RowCondition::Never() : RowCondition::Always();
      for (const Expression& part : rows.parts()) {
        all = any ? Or(all, RowsWhere(part)) : And(all, RowsWhere(part));
      }
      return all;
    }
    case Kind::kNot: {
      const RowCondition inside = RowsWhere(rows.parts()[0]);
      if (inside.always()) return RowCondition::Never();
      if (inside.never) return RowCondition::Always();
      return {false, rows};
    }
    case Kind::kCompare:
    case Kind::kIn:
      if (IsFalse(rows)) return RowCondition::Never();
      return {false, rows};
    case Kind::kTrue:
    case Kind::kIsNull:
      break;
  }
  return {false, rows};
}

RowCondition And(const RowCondition& a, const RowCondition& b) {
  if (a.never || b.always()) return a;
  if (b.never || a.always()) return b;
  return {false, a.rows && b.rows};
}

RowCondition Or(const RowCondition& a, const RowCondition& b) {
  if (a.always() || b.never) return a;
  if (b.always() || a.never) return b;
  return {false, a.rows || b.rows};
}

RowCondition Not(const RowCondition& a) {
  if (a.never) return RowCondition::Always();
  return RowsWhereIsNot(Except::kTrue, a.rows);
}

}  // namespace modelservice
