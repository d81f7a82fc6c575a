// What a filter asks of a model's rows, with every name and value checked.
//
//   std::optional<Expression> rows =
//       FilterCondition(filter, {table, fields}, &fault);
//
// A field that is absent is equal to nothing, so that `!=` and NOT find it, as
// AIP-160 has it and SQL does not. A path leads through relations, to rows that
// there are for the caller, and into JSON: `customer.country.name = "x"`, and
// `orders.total > 5` where any order's is. Pure functions: safe from any
// thread.
#ifndef MODELSERVICE_SERVICE_FILTER_CONDITION_H_
#define MODELSERVICE_SERVICE_FILTER_CONDITION_H_

#include <optional>

#include "modelservice/service/filter_syntax.h"
#include "modelservice/service/filter_target.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// None, with `fault` filled in, for a filter that the model does not meet: a
// field that there is not, or that may not be filtered by, a value of another
// type.
std::optional<Expression> FilterCondition(const FilterNode& filter,
                                          const FilterTarget& target,
                                          TextFault* fault);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_CONDITION_H_
