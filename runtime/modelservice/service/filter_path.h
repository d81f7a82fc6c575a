// What a comparison of a filter asks, by the names on its left.
#ifndef MODELSERVICE_SERVICE_FILTER_PATH_H_
#define MODELSERVICE_SERVICE_FILTER_PATH_H_

#include <optional>

#include "modelservice/service/filter_syntax.h"
#include "modelservice/service/filter_target.h"
#include "modelservice/service/text_fault.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// The rows that meet `node`, of kind kCompare, for one of its values. None,
// with `fault`, for a name that there is not or that may not be filtered by,
// and a value of another type.
std::optional<Expression> ComparePath(const FilterTarget& target,
                                      const FilterNode& node,
                                      const FilterText& value,
                                      TextFault* fault);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_PATH_H_
