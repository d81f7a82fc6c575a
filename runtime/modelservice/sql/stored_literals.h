// Conditions over live columns: the literals that columns are compared with, as
// the columns have them.
//
//   // `number`, a string, lies in an INTEGER: "7" is 7 there.
//   const Expression live = WithStored(condition, table, live_table.forms);
#ifndef MODELSERVICE_SQL_STORED_LITERALS_H_
#define MODELSERVICE_SQL_STORED_LITERALS_H_

#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// How the columns of a table lie in the database; none: as the model would have
// made them.
struct TableForms {
  const Table* table;
  absl::Span<const ColumnForm> forms;
};

// The column that `e` is, or the one whose least or greatest value it is,
// perhaps among related rows; null for anything else.
const Column* ColumnWithValuesOf(const Expression& e);

// The form of `e`, a column of one of the tables or the least or greatest of
// one; null for anything else, and where there are no forms.
const ColumnForm* FormOf(const Expression& e,
                         absl::Span<const TableForms> tables);

// `condition` with the literals of the tables' columns as they are stored. What
// a column cannot hold equals nothing in it; ordered with it, it is kInvalid,
// an error when it is run. Texts are looked for in the database's own text of
// what is none. Once for a condition: twice is not the same.
Expression WithStored(const Expression& condition,
                      absl::Span<const TableForms> tables);
// Of one table.
Expression WithStored(const Expression& condition, const Table& table,
                      absl::Span<const ColumnForm> forms);

// What `column` is set to: a literal as it is stored, perhaps kInvalid, as is
// what cannot be computed (expression_faults.h); a decimal as the column holds
// it.
Expression StoredValue(const Expression& value, int column,
                       absl::Span<const ColumnForm> forms);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_STORED_LITERALS_H_
