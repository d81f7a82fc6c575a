// What Query reads besides whole messages: values, groups, whether there is a
// row at all. The part that needs no template.
#ifndef MODELSERVICE_ORM_READING_H_
#define MODELSERVICE_ORM_READING_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/row_set.h"
#include "modelservice/orm/session.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/expression.h"
#include "modelservice/statement.h"

namespace modelservice {

// Where rows of values go.
struct RowTarget {
  absl::FunctionRef<absl::Status(Row)> take;
  absl::FunctionRef<void()> restart;
};

// The values of the rows.
absl::Status ReadValues(const Session& session, const Table& table,
                        const RowSet& rows, std::vector<Expression> values,
                        const RowTarget& target);

// One row: what is computed of all rows together, within limit and offset.
absl::Status ReadAggregates(const Session& session, const Table& table,
                            const RowSet& rows, std::vector<Expression> values,
                            const RowTarget& target);

// A row for each group that `having` holds of: the first `keys` of `values` are
// the same in it. The order, limit and offset are those of the groups.
absl::Status ReadGroups(const Session& session, const Table& table,
                        const RowSet& rows, size_t keys,
                        std::vector<Expression> values,
                        const Expression& having, const RowSet& groups,
                        const RowTarget& target);

// Whether there is one. Reads no column.
absl::StatusOr<bool> AnyRow(const Session& session, const Table& table,
                            RowSet rows);

// Of a Get that found none, or more than one: NOT_FOUND or
// FAILED_PRECONDITION.
absl::Status NotOneRow(const Table& table, size_t found);

// FAILED_PRECONDITION for a column in which two rows may have one value.
absl::Status CheckUnique(const Model& model, int column);

// How the database would read the rows, in its own words.
absl::StatusOr<std::string> ExplainRows(const Session& session,
                                        const Projection& projection,
                                        const RowSet& rows);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_READING_H_
