// The rows that a query means, as data.
#ifndef MODELSERVICE_ORM_ROW_SET_H_
#define MODELSERVICE_ORM_ROW_SET_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/orm/session.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/order_by.h"
#include "modelservice/sql/select.h"
#include "modelservice/sql/stored_literals.h"

namespace modelservice {

struct RowSet {
  Expression where;
  std::vector<OrderBy> order;
  std::optional<int64_t> limit;
  std::optional<int64_t> offset;
  RowLock lock = RowLock::kNone;
  LockWait lock_wait = LockWait::kWait;
  bool distinct = false;
  // Positions of the columns that are not read.
  std::vector<int> unread;
  // Why it cannot be run, in words; empty: it can.
  std::string fault;

  bool is_whole() const { return !limit.has_value() && !offset.has_value(); }
};

// Of the same model: those of either. Faulty where one is not whole.
RowSet UnionOf(const RowSet& a, const RowSet& b);
// In the opposite order; unordered, by the table's own. Faulty when not whole.
RowSet Reversed(const Table& table, RowSet rows);
// What is left of the columns when `columns` are read, or not, and the key.
std::vector<int> AllBut(const Table& table, absl::Span<const int> columns);
std::vector<int> WithoutKey(const Table& table, absl::Span<const int> columns);

// INVALID_ARGUMENT with the fault; FAILED_PRECONDITION for rows to be locked
// outside of a transaction that writes.
absl::Status CheckRows(const Session& session, const RowSet& rows);

// The rows as the live tables have them, and how: the model's own, first, and
// those that the query's conditions, order and `others` lead to.
struct LiveRows {
  std::shared_ptr<const LiveTable> table;
  std::vector<std::shared_ptr<const LiveTable>> tables;
  std::vector<TableForms> forms;
  // Whose literals are those of the live columns (sql/stored_literals).
  RowSet rows;
};
absl::StatusOr<LiveRows> LiveRowsOf(const Session& session, const Table& table,
                                    RowSet rows,
                                    absl::Span<const Expression> others = {});

// SELECT `columns` of the rows.
Select SelectRows(const Table& table, const RowSet& rows,
                  std::vector<Expression> columns);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_ROW_SET_H_
