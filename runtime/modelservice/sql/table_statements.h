// The statements of the standard methods, from a table's description: as data,
// which callers add to (a condition, an order) and Write.
//
// Pure functions: safe from any thread. What they make names `table`, which
// outlives it.
#ifndef MODELSERVICE_SQL_TABLE_STATEMENTS_H_
#define MODELSERVICE_SQL_TABLE_STATEMENTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/delete.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/insert.h"
#include "modelservice/sql/select.h"
#include "modelservice/sql/update.h"

namespace modelservice {

// What a write gives back as its row.
enum class Returning : uint8_t {
  kNothing,
  kKey,  // the key columns
  kRow,  // every column
};

// Every column, in the order of the table's description.
std::vector<Expression> ColumnsOf(const Table& table);
std::vector<Expression> ColumnsOf(const Table& table, Returning returning);
std::vector<OrderBy> OrderOf(const Table& table,
                             absl::Span<const Ordering> order);

// `column = value`, and of the literal NULL IS NULL.
Expression ColumnIs(const Table& table, int column, Literal value);
// `column = ?` for each of `columns`, in that order.
Expression ColumnsAreParameters(const Table& table,
                                absl::Span<const int> columns);
// The key columns are the values that a row has for them.
Expression KeyIs(const Table& table, Row row);

// SELECT every column of every row.
Select SelectFrom(const Table& table);
// SELECT by key, whose columns' values are parameters.
Select SelectByKey(const Table& table);
// One row with one integer: how many rows, but counted no further than `most`.
Select SelectCount(const Table& table, const Expression& where,
                   std::optional<int64_t> most = std::nullopt);
// INSERT of one row with a parameter for each of `columns`.
Insert InsertInto(const Table& table, absl::Span<const int> columns,
                  Returning returning);
// UPDATE of the rows that meet `where` with a parameter for each of `columns`;
// that of a VERSION is what is added to it.
Update UpdateOf(const Table& table, absl::Span<const int> columns,
                Expression where, Returning returning);
Delete DeleteFrom(const Table& table, Expression where, Returning returning);

// Every fixed statement of a table, to check that the database takes them.
std::vector<std::string> FixedStatements(const Table& table,
                                         const Dialect& dialect);

// For the `returning` of a write: one value more, which is 1 if the row as it
// is stored now meets `check`, else 0. The database says so itself, by its own
// rules of what is equal.
Expression CheckOf(const Expression& check);

// The rows that come after `last`, the values of the order's columns in some
// row: keyset pagination. The order must be total.
Expression After(const Table& table, absl::Span<const Ordering> order,
                 absl::Span<const Literal> last);
// The same of any values; NULL stands where it does by default.
Expression After(absl::Span<const OrderBy> order,
                 absl::Span<const Literal> last);
// The same with a parameter for each value, for columns that are never NULL;
// those of all columns but the last come twice.
Expression AfterParameters(const Table& table,
                           absl::Span<const Ordering> order);

// The columns an INSERT gives values for: all but an auto_increment key.
std::vector<int> InsertColumns(const Table& table);
// Of those, without the ones that `row` leaves to the database's DEFAULT.
std::vector<int> GivenColumns(const Table& table, Row row);
// The columns an UPDATE of the whole row writes: all but the key, OUTPUT_ONLY
// (but for those that each write stamps) and IMMUTABLE ones.
std::vector<int> UpdateColumns(const Table& table);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_TABLE_STATEMENTS_H_
