// What kind of number an expression is, by what is known of its columns.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SQL_NUMBER_KIND_H_
#define MODELSERVICE_SQL_NUMBER_KIND_H_

#include <cstdint>

#include "modelservice/sql/expression.h"

namespace modelservice {

enum class NumberKind : uint8_t {
  kNone,     // another type, or one that is not known
  kWhole,    // of columns of whole numbers, and computed of nothing else
  kDecimal,  // of a column with format DECIMAL, or computed of one
  kReal,     // a double, or computed of one
};
NumberKind NumberKindOf(const Expression& e);
NumberKind NumberKindOf(const Expression::ArithmeticNode& node);

inline bool IsDecimal(const Expression& e) {
  return NumberKindOf(e) == NumberKind::kDecimal;
}

// Whether it has a sum of whole numbers in it, and is a whole number itself:
// to PostgreSQL that is a NUMERIC.
bool IsOfWholeSum(const Expression& e);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_NUMBER_KIND_H_
