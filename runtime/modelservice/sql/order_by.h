// One part of an ORDER BY.
#ifndef MODELSERVICE_SQL_ORDER_BY_H_
#define MODELSERVICE_SQL_ORDER_BY_H_

#include <cstdint>

#include "modelservice/sql/expression.h"

namespace modelservice {

// Where NULL stands.
enum class Nulls : uint8_t {
  kLowest,  // before every value, and after them when descending
  kFirst,
  kLast,
};

// The same on every database.
struct OrderBy {
  Expression by;
  bool descending = false;
  // Whether `by` may be NULL: else nothing has to be said about it.
  bool nullable = true;
  Nulls nulls = Nulls::kLowest;
  // 1 and up: by that column of the result, which is `by`.
  int place = 0;

  bool nulls_first() const {
    return nulls == Nulls::kLowest ? !descending : nulls == Nulls::kFirst;
  }
};

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_ORDER_BY_H_
