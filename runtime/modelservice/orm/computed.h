// What an Update computes in the database: no row may get what its field cannot
// hold, and an error names the column that it is of.
#ifndef MODELSERVICE_ORM_COMPUTED_H_
#define MODELSERVICE_ORM_COMPUTED_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/live_column.h"

namespace modelservice {

// `computed`, which `column` is set to; a value out of its field's range is an
// error then (DatabaseError::Kind::kValue), of which the database would see
// nothing: it has no unsigned numbers, SQLite not even bounds. `live` may be
// null.
Expression WithinRange(const Column& column, const LiveColumn* live,
                       const Dialect& dialect, Expression computed);

// The error of a statement that sets `computed`, names of columns, to what it
// computes. One of a value that names no column is that of the only one, unless
// `where`, what was looked for, is computed, too.
absl::Status OfComputed(const absl::Status& status,
                        const std::vector<std::string>& computed,
                        const Expression& where, const Dialect& dialect);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_COMPUTED_H_
