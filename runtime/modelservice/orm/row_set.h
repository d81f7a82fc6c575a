// The rows that a query means, as data.
#ifndef MODELSERVICE_ORM_ROW_SET_H_
#define MODELSERVICE_ORM_ROW_SET_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/orm/session.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/order_by.h"
#include "modelservice/sql/select.h"
#include "modelservice/sql/stored_literals.h"

namespace modelservice {

// Which rows of a table with a DELETE_TIME.
enum class Deleted : uint8_t { kHidden, kShown, kOnly };
struct RelatedLoad;

struct RowSet {
  Expression where;
  std::vector<OrderBy> order;
  std::optional<int64_t> limit;
  std::optional<int64_t> offset;
  RowLock lock = RowLock::kNone;
  LockWait lock_wait = LockWait::kWait;
  bool distinct = false;
  Deleted deleted = Deleted::kHidden;
  // Positions of the columns that are not read.
  std::vector<int> unread;
  // What is read along with them.
  std::vector<RelatedLoad> loads;
  // Why it cannot be run, in words; empty: it can.
  std::string fault;

  bool is_whole() const { return !limit.has_value() && !offset.has_value(); }
};

// A field without a column that is filled (loading.h).
struct RelatedLoad {
  const RelatedField* field = nullptr;
  bool joined = false;  // by the rows' own statement, else by one more
  // Which of the related rows; of joined ones there are only loads.
  RowSet rows;
};

// How many rows there is to be room for at first: as many as the limit allows,
// but no more than what costs little where there are fewer.
size_t ExpectedRows(const RowSet& rows);

// Those that meet `condition`, too, and those in this order. Faulty when not
// whole: what comes behind a limit would be of the rows before it.
RowSet Narrowed(RowSet rows, const Expression& condition);
RowSet Ordered(RowSet rows, std::vector<OrderBy> order);
// Faulty for what is negative.
RowSet Limited(RowSet rows, int64_t limit);
RowSet OffsetBy(RowSet rows, int64_t offset);
// Of the same model, with the sessions that they are of: those of either.
// Faulty where one is not whole, or where they are of two tenants.
RowSet UnionOf(const Session& session_a, const RowSet& a,
               const Session& session_b, const RowSet& b);
// In the opposite order; unordered, by the table's own. Faulty when not whole.
RowSet Reversed(const Table& table, RowSet rows);
// What is left of the columns when `columns` are read, or not, and the key.
std::vector<int> AllBut(const Table& table, absl::Span<const int> columns);
std::vector<int> WithoutKey(const Table& table, absl::Span<const int> columns);

// INVALID_ARGUMENT with the fault, and for different rows to be locked;
// FAILED_PRECONDITION for rows to be locked outside of a transaction that
// writes.
absl::Status CheckRows(const Session& session, const RowSet& rows);

// INVALID_ARGUMENT with a fault of expression_faults.h; OK without one.
absl::Status WrongExpression(const Table& table, absl::string_view fault);

// FAILED_PRECONDITION for a statement that takes no limit or offset.
absl::Status NeedsWholeSet(absl::string_view verb);

// The rows as the live tables have them, and how: the model's own, first, and
// those that the query's conditions, order and `others` lead to.
// With those alone that `rows` means of deleted ones, and of the session's
// tenant. INVALID_ARGUMENT for what cannot be computed (expression_faults.h).
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

// The rows that there are: of the session's tenant, and not deleted unless it
// is said so.
absl::StatusOr<Expression> RowsThere(const Session& session, const Table& table,
                                     Deleted deleted = Deleted::kHidden);

// SELECT `columns` of the rows.
Select SelectRows(const Table& table, const RowSet& rows,
                  std::vector<Expression> columns);
// The same of columns that have the key among them, by which no row is another:
// their order needs not be one of them for that.
Select SelectWhole(const Table& table, const RowSet& rows,
                   std::vector<Expression> columns);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_ROW_SET_H_
