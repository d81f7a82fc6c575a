// The rows of a model, described step by step and read at the end.
//
//   modelservice::Objects<Customer> customers(db);
//   absl::StatusOr<std::vector<Customer>> page =
//       customers.Filter(CustomerModel::create_time > since)
//           .OrderBy(CustomerModel::id.Desc())
//           .Limit(20)
//           .All();
//
// A query is a value: each step gives a new one, and nothing is read before a
// method that returns a status. Those block; inside a transaction of the same
// database they are part of it. Errors are NOT_FOUND and FAILED_PRECONDITION
// where said, DATA_LOSS for a row that makes no message, and database errors
// (db/error.h). Not thread-safe; copies are independent.
#ifndef MODELSERVICE_QUERY_H_
#define MODELSERVICE_QUERY_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "modelservice/column.h"
#include "modelservice/orm/rows.h"

namespace modelservice {

template <class Message>
class Query {
 public:
  explicit Query(Session session) : session_(session) {}

  // The rows that meet `condition` too.
  Query Filter(const Condition<Message>& condition) const {
    Query query = *this;
    query.rows_.where = query.rows_.where && condition.expression();
    return query;
  }
  // The rows that do not meet `condition`.
  Query Exclude(const Condition<Message>& condition) const {
    return Filter(!condition);
  }
  // Replaces the order. NULL comes first, last when descending.
  template <class... Orders>
  Query OrderBy(const Orders&... orders) const {
    Query query = *this;
    query.rows_.order = {Order<Message>(orders).ordering...};
    return query;
  }
  // At most `limit` rows.
  Query Limit(int64_t limit) const {
    Query query = *this;
    query.rows_.limit = limit;
    return query;
  }
  // Without the first `offset` rows.
  Query Offset(int64_t offset) const {
    Query query = *this;
    query.rows_.offset = offset;
    return query;
  }

  // Locks the rows that are read until the transaction ends: others can neither
  // change nor delete them meanwhile, nor lock them (Django's
  // select_for_update). FAILED_PRECONDITION, when read, outside of a
  // transaction that writes. On SQLite that is alone already.
  Query ForUpdate() const {
    Query query = *this;
    query.rows_.lock = RowLock::kUpdate;
    return query;
  }

  absl::StatusOr<std::vector<Message>> All() const {
    std::vector<Message> messages;
    const auto next = [&messages] { return &messages.emplace_back(); };
    const auto restart = [&messages] { messages.clear(); };
    absl::Status status =
        ReadRows(session_, ProjectionOf<Message>(), rows_, {next, restart});
    if (!status.ok()) return status;
    return messages;
  }
  // The only row. NOT_FOUND when there is none, FAILED_PRECONDITION when there
  // is more than one.
  absl::StatusOr<Message> Get() const {
    auto found = Limit(2).All();
    if (!found.ok()) return found.status();
    if (found->size() == 1) return std::move(found->front());
    const Table& table = *ModelOf<Message>::Get().table;
    if (found->empty()) {
      return absl::NotFoundError(
          absl::StrCat(table.message, " matching query does not exist."));
    }
    return absl::FailedPreconditionError(
        absl::StrCat("Get() found more than one ", table.message, "."));
  }
  // The first row in the order; none when there is no row.
  absl::StatusOr<std::optional<Message>> First() const {
    auto found = Limit(1).All();
    if (!found.ok()) return found.status();
    if (found->empty()) return std::optional<Message>();
    return std::optional<Message>(std::move(found->front()));
  }
  absl::StatusOr<int64_t> Count() const {
    return CountRows(session_, ModelOf<Message>::Get(), rows_);
  }
  absl::StatusOr<bool> Exists() const {
    auto found = Limit(1).All();
    if (!found.ok()) return found.status();
    return !found->empty();
  }
  // Deletes the rows and says how many. FAILED_PRECONDITION after Limit or
  // Offset.
  absl::StatusOr<int64_t> Delete() const {
    return DeleteRows(session_, ProjectionOf<Message>(), rows_);
  }
  // Writes the same values into all of the rows, or what columns are set to of
  // their own, and says how many:
  //
  //   accounts.Filter(...).Update(AccountModel::balance.Set(
  //       AccountModel::balance - 60))
  //
  // The database does the arithmetic, so that concurrent updates add up.
  // FAILED_PRECONDITION after Limit or Offset.
  template <class... Assignments>
  absl::StatusOr<int64_t> Update(const Assignments&... assignments) const {
    const std::vector<Assignment<Message>> list = {assignments...};
    std::vector<ColumnChange> changes;
    for (const auto& assignment : list) {
      changes.push_back({assignment.column, assignment.value});
    }
    return UpdateRows(session_, ModelOf<Message>::Get(), rows_, changes);
  }

  const RowSet& rows() const { return rows_; }

 private:
  Session session_;
  RowSet rows_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_QUERY_H_
