// What a filter is checked against, and what is known of rows that are related
// to those.
#ifndef MODELSERVICE_SERVICE_FILTER_TARGET_H_
#define MODELSERVICE_SERVICE_FILTER_TARGET_H_

#include <google/protobuf/descriptor.h>

#include <cstddef>

#include "absl/types/span.h"
#include "modelservice/schema/model.h"
#include "modelservice/schema/table.h"
#include "modelservice/service/filter_syntax.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// Of one call: which rows of other models its filter may speak of.
class FilterWays {
 public:
  virtual ~FilterWays() = default;

  // Whether rows of the model are shown to callers with what its relations fill
  // them with.
  virtual bool Shows(const Model& model) const = 0;
  // The rows of the model that there are for the caller.
  virtual Expression RowsOf(const Model& model) = 0;
  // The rows of a table in between that are the caller's tenant's; of the
  // table by this alias.
  virtual Expression RowsBetween(const Table& table,
                                 absl::string_view alias) = 0;
  // How the model's columns lie in the database. Live as long as this.
  virtual absl::Span<const ColumnForm> FormsOf(const Model& model) = 0;
};

// Whose rows are asked for. Outlives what is made of it.
struct FilterTarget {
  const Table& table;
  // Of each column.
  absl::Span<const google::protobuf::FieldDescriptor* const> fields;
  // How they lie in the database; none: as the model would have made them.
  absl::Span<const ColumnForm> forms = {};
  // Both or neither: without them there are no relations.
  const Model* model = nullptr;
  FilterWays* ways = nullptr;
};

// What a comparison asks of what stands on its left.
struct FilterComparison {
  size_t at = 0;  // the place of the name
  FilterOperator op = FilterOperator::kEqual;
  const FilterText& value;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_TARGET_H_
