// What a filter asks of a model's rows, with every name and value checked.
//
//   std::optional<Expression> rows =
//       FilterCondition(filter, {table, fields}, &fault);
//
// A field that is absent is equal to nothing, so that `!=` and NOT find it, as
// AIP-160 has it and SQL does not. Pure functions: safe from any thread.
#ifndef MODELSERVICE_SERVICE_FILTER_CONDITION_H_
#define MODELSERVICE_SERVICE_FILTER_CONDITION_H_

#include <google/protobuf/descriptor.h>

#include <optional>

#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/service/filter_syntax.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// Whose rows are asked for. Outlives what is made of it.
struct FilterTarget {
  const Table& table;
  // Of each column.
  absl::Span<const google::protobuf::FieldDescriptor* const> fields;
  // How they lie in the database; none: as the model would have made them.
  absl::Span<const ColumnForm> forms = {};
};

// None, with `fault` filled in, for a filter that the model does not meet: a
// field that there is not, or that may not be filtered by, a value of another
// type.
std::optional<Expression> FilterCondition(const FilterNode& filter,
                                          const FilterTarget& target,
                                          TextFault* fault);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_CONDITION_H_
