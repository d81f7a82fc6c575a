// Rows that are there and hidden: those whose DELETE_TIME is set. To whoever
// does not ask for them they are as if they were not there.
//
// Pure functions: safe from any thread. What they make names `table`, which
// outlives it.
#ifndef MODELSERVICE_SQL_HIDDEN_ROWS_H_
#define MODELSERVICE_SQL_HIDDEN_ROWS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// Whether rows of the table may be hidden.
inline bool MayHide(const Table& table) {
  return ColumnIn(Role::kDeleteTime, table) >= 0;
}

// The rows that are not hidden.
Expression NotHidden(const Table& table, absl::string_view alias = {});

// The same as the condition of an index; `column` is the table's DELETE_TIME.
std::string NotHiddenSql(absl::string_view column);

// Whether the index is of all rows, or of those that are not hidden.
bool IsOfShownRows(const Index& index, const Table& table);

// Whether an index makes the columns unique together among the rows that are
// not hidden.
bool IsUniqueSet(const Table& table, absl::Span<const int> columns);

// The condition of the index that makes the columns unique together, among the
// rows that are not hidden; empty where they are among all rows.
absl::string_view UniqueWhere(const Table& table,
                              absl::Span<const int> columns);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_HIDDEN_ROWS_H_
