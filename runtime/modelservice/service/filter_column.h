// What a filter's comparison asks of a column.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SERVICE_FILTER_COLUMN_H_
#define MODELSERVICE_SERVICE_FILTER_COLUMN_H_

#include <optional>

#include "modelservice/service/filter_target.h"
#include "modelservice/service/text_fault.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// The rows whose `column`, a position, meets the comparison. None, with
// `fault`, for a value of another type, and for what cannot be asked of such a
// column.
std::optional<Expression> CompareColumn(const FilterTarget& target, int column,
                                        const FilterComparison& asked,
                                        TextFault* fault);

// Neither JSON, nor an array, nor wire format.
bool IsPlainColumn(const Column& column);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_COLUMN_H_
