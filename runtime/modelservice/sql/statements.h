// The statements of the standard methods, from a table's description.
//
// Fixed statements depend on the table alone: their text is made once. The
// Make* functions write one statement for one call.
#ifndef MODELSERVICE_SQL_STATEMENTS_H_
#define MODELSERVICE_SQL_STATEMENTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression.h"
#include "modelservice/statement.h"

namespace modelservice {

// What a write gives back as its row.
enum class Returning : uint8_t {
  kNothing,
  kKey,  // the key columns
  kRow,  // every column
};

// SELECT every column ... WHERE the key columns = parameters, in key order.
std::string SelectByKeySql(const Table& table, const Dialect& dialect);
// INSERT with one parameter for each of `columns`, in that order.
std::string InsertSql(const Table& table, const Dialect& dialect,
                      absl::Span<const int> columns, Returning returning);
// UPDATE with one parameter for each of `columns`, then the key's.
std::string UpdateSql(const Table& table, const Dialect& dialect,
                      absl::Span<const int> columns, Returning returning);
// DELETE by key.
std::string DeleteSql(const Table& table, const Dialect& dialect,
                      Returning returning);

// Every fixed statement of a table, to check that the database takes them.
std::vector<std::string> FixedStatements(const Table& table,
                                         const Dialect& dialect);

// What reading a row keeps other transactions from, until this one ends.
enum class RowLock : uint8_t {
  kNone,
  kUpdate,  // changing or deleting it, but not referring to it
  kDelete,  // all of that
};

// The rows of a table to read.
struct Selection {
  Expression where;
  absl::Span<const Ordering> order;
  std::optional<int64_t> limit;
  std::optional<int64_t> offset;
  RowLock lock = RowLock::kNone;
};

Statement MakeSelect(const Table& table, const Dialect& dialect,
                     const Selection& selection);
// One row with one integer: how many rows, but counted no further than `most`.
Statement MakeCount(const Table& table, const Dialect& dialect,
                    const Expression& where,
                    std::optional<int64_t> most = std::nullopt);

// What an UPDATE makes of one column: `value` or, with a `base`, that column's
// own value before, and `value` added to it or taken from it.
struct ColumnChange {
  int column;
  Value value;
  int base = -1;
  bool subtract = false;
};

Statement MakeUpdate(const Table& table, const Dialect& dialect,
                     absl::Span<const ColumnChange> changes,
                     const Expression& where, Returning returning);
// `values` has one value for each of `columns`.
Statement MakeUpdate(const Table& table, const Dialect& dialect,
                     absl::Span<const int> columns,
                     absl::Span<const Value> values, const Expression& where,
                     Returning returning);
Statement MakeDelete(const Table& table, const Dialect& dialect,
                     const Expression& where, Returning returning);

// A write whose row comes back with one value more than it has columns: 1 if
// the row as it is stored now meets `check`, else 0. The database says so
// itself, by its own rules of what is equal.
Statement MakeCheckedInsert(const Table& table, const Dialect& dialect,
                            absl::Span<const int> columns,
                            absl::Span<const Value> values,
                            const Expression& check);
Statement MakeCheckedUpdate(const Table& table, const Dialect& dialect,
                            absl::Span<const int> columns,
                            absl::Span<const Value> values,
                            const Expression& where, const Expression& check);

// The rows that come after `last`, the values of the order's columns in some
// row: keyset pagination. The order must be total.
Expression After(const Table& table, absl::Span<const Ordering> order,
                 absl::Span<const Literal> last);

// The columns an INSERT gives values for: all but an auto_increment key.
std::vector<int> InsertColumns(const Table& table);
// The columns an UPDATE of the whole row writes: all but the key, OUTPUT_ONLY
// (but for UPDATE_TIME) and IMMUTABLE ones.
std::vector<int> UpdateColumns(const Table& table);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_STATEMENTS_H_
