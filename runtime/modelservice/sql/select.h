// SELECT, as plain data.
//
//   Select select;
//   select.columns = {Expression::Column(kOrderTable, 0),
//                     Expression::Column(kCustomerTable, 1, "c")};
//   select.from = TableName(kOrderTable);
//   select.joins.push_back({Join::Kind::kLeft, TableName(kCustomerTable, "c"),
//                           on});
//   Statement statement = Write(select, SqliteDialect());
#ifndef MODELSERVICE_SQL_SELECT_H_
#define MODELSERVICE_SQL_SELECT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/order_by.h"
#include "modelservice/sql/table_name.h"
#include "modelservice/statement.h"

namespace modelservice {

struct Join {
  enum class Kind : uint8_t { kInner, kLeft };

  Kind kind = Kind::kInner;
  TableName table;
  Expression on;
};

// What reading a row keeps other transactions from, until this one ends.
enum class RowLock : uint8_t {
  kNone,
  kUpdate,  // changing or deleting it, but not referring to it
  kDelete,  // all of that
  kShare,   // changing or deleting it, but not from sharing it
};

// What a SELECT does about a row that another transaction has locked.
enum class LockWait : uint8_t {
  kWait,
  kSkip,  // leaves it out (SKIP LOCKED)
  kFail,  // is an error at once (NOWAIT)
};

// The elements of the list at `path` in a column of JSON, as rows: JSON in the
// column kJsonElement. No rows where there is no list.
struct JsonElements {
  Expression operand;  // of the statement around: Expression::Outer
  std::vector<JsonStep> path;
};
inline constexpr absl::string_view kJsonElement = "value";

// Columns that many statements have.
struct ColumnList {
  std::vector<Expression> columns;
  // What a statement of their table alone writes for them; empty: nobody knows.
  std::string text;
};

struct Select {
  bool distinct = false;
  // Its columns come first; outlives the SELECT.
  const ColumnList* column_list = nullptr;
  std::vector<Expression> columns;  // none at all: the number 1
  TableName from;
  // In place of the table's name: rows of another SELECT, by from.alias.
  std::shared_ptr<const Select> from_select;
  // The same: elements of a list in JSON, by from.alias.
  std::shared_ptr<const JsonElements> from_json;
  // Of rows that are related to those of the statement around, the description
  // of `from`, which has an alias of its own then; else null.
  const Table* related = nullptr;
  std::vector<Join> joins;
  Expression where;
  std::vector<Expression> group;
  // In place of `group`: the first so many of the columns.
  int group_by_first = 0;
  Expression having;
  // Rows of these are added to the result, each different row once (UNION).
  std::vector<Select> unions;
  std::vector<OrderBy> order;
  std::optional<int64_t> limit;
  std::optional<int64_t> offset;
  RowLock lock = RowLock::kNone;
  LockWait lock_wait = LockWait::kWait;
};

// Whether the two say the same.
bool operator==(const Select& a, const Select& b);

// Text and parameters. The values of Expression::Parameter()s are `values`, in
// the order of the text, and NULL where there are no more of them; what they
// view has to outlive the statement, which owns everything else.
Statement Write(const Select& select, const Dialect& dialect,
                absl::Span<const Value> values = {});

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_SELECT_H_
