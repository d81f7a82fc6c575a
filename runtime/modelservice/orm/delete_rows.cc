// Deleting rows: for good, or by hiding them; and showing them again.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/db/row_signals.h"
#include "modelservice/orm/hide.h"
#include "modelservice/orm/reading.h"
#include "modelservice/orm/row_state.h"
#include "modelservice/orm/rows.h"
#include "modelservice/sql/hidden_rows.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

absl::StatusOr<int64_t> HidePlainly(const Session& session, const Model& model,
                                    const RowSet& rows, RowsByTable* gone) {
  const Table& table = *model.table;
  const auto live = LiveRowsOf(session, table, rows);
  if (!live.ok()) return live.status();
  if (!HasDependents(table)) {
    return HideRows(session, table, live->rows.where, absl::Now(), gone);
  }
  // What is inserted meanwhile refers to the rows, or does not.
  TransactionOptions latest;
  latest.isolation = Isolation::kReadCommitted;
  int64_t hidden = 0;
  auto status = session.Transact(
      [&](Transaction& transaction) {
        if (gone != nullptr) gone->clear();
        auto count = HideRows(session.In(transaction), table, live->rows.where,
                              absl::Now(), gone);
        if (count.ok()) hidden = *count;
        return count.status();
      },
      latest);
  if (!status.ok()) return status;
  return hidden;
}

// Whether rows of the table go with others of it.
bool FollowsItself(const Table& table) {
  const auto follows = [&](const Reference& reference) {
    return reference.on_delete == ReferentialAction::kCascade &&
           reference.table == table.name && reference.schema == table.schema;
  };
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [&](const Column& column) {
                       return column.reference != nullptr &&
                              follows(*column.reference);
                     }) ||
         std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                     [&](const ForeignKey& key) { return follows(key.to); });
}

absl::StatusOr<int64_t> DeleteAtOnce(const Session& session, const Model& model,
                                     const RowSet& rows) {
  const auto live = LiveRowsOf(session, *model.table, rows);
  if (!live.ok()) return live.status();
  NoRows sink;
  auto outcome = session.Run(
      Write(DeleteFrom(*model.table, live->rows.where, Returning::kNothing),
            session.dialect()),
      sink);
  if (!outcome.ok()) return outcome.status();
  return outcome->changes;
}

// SQLite does not count those that went with another before their turn came.
absl::StatusOr<int64_t> CountAndDelete(const Session& session,
                                       const Model& model, const RowSet& rows) {
  int64_t deleted = 0;
  auto status = session.Transact([&](Transaction& transaction) {
    const Session inside = session.In(transaction);
    const auto count = CountRows(inside, model, rows);
    if (!count.ok()) return count.status();
    deleted = *count;
    return DeleteAtOnce(inside, model, rows).status();
  });
  if (!status.ok()) return status;
  return deleted;
}

// And those of other tables, and of the model's own that followed others: those
// are not among the rows that are said to be deleted.
absl::StatusOr<int64_t> DeleteCounting(const Session& session,
                                       const Model& model, const RowSet& rows,
                                       RowsByTable* gone) {
  const auto live = LiveRowsOf(session, *model.table, rows);
  if (!live.ok()) return live.status();
  int64_t own = 0;
  auto status = session.Transact([&](Transaction& transaction) {
    const auto count = CountRows(session.In(transaction), model, rows);
    if (!count.ok()) return count.status();
    own = *count;
    Statement statement =
        Write(DeleteFrom(*model.table, live->rows.where, Returning::kNothing),
              session.dialect());
    auto deleted = transaction.CountDeleted(*model.table, statement);
    if (!deleted.ok()) return deleted.status();
    *gone = *std::move(deleted);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return own;
}

absl::StatusOr<int64_t> DeletePlainly(const Session& session,
                                      const Model& model, const RowSet& rows,
                                      RowsByTable* gone) {
  if (gone != nullptr) return DeleteCounting(session, model, rows, gone);
  const bool counts = session.dialect().locks_rows();
  return counts || !FollowsItself(*model.table)
             ? DeleteAtOnce(session, model, rows)
             : CountAndDelete(session, model, rows);
}

using PlainDelete = absl::StatusOr<int64_t>(const Session&, const Model&,
                                            const RowSet&, RowsByTable* gone);

// Sends the signals of each row that is deleted.
absl::StatusOr<int64_t> DeleteEach(
    const Session& session, const Projection& projection, const RowSet& rows,
    const std::shared_ptr<const RowSignals>& signals, PlainDelete* plainly,
    RowsByTable* gone) {
  const Model& model = projection.model();
  int64_t deleted = 0;
  auto status = session.Transact([&](Transaction& transaction) {
    const Session inside = session.In(transaction);
    std::vector<std::unique_ptr<Message>> messages;
    const auto next = [&] {
      messages.emplace_back(model.prototype().New());
      return messages.back().get();
    };
    const auto restart = [&] { messages.clear(); };
    // What is told of is what is deleted.
    RowSet locked = rows;
    locked.lock = RowLock::kDelete;
    auto read = ReadRows(inside, projection, locked, {next, restart});
    if (!read.ok()) return read;
    for (const auto& row : messages) {
      auto told = signals->pre_delete.TrySend(&transaction, row.get(),
                                              RowChange::kDeleted);
      if (!told.ok()) return told;
    }
    auto count = plainly(inside, model, rows, gone);
    if (!count.ok()) return count.status();
    deleted = *count;
    for (const auto& row : messages) {
      auto told = RowSignals::SendDeleted(signals, transaction, *row);
      if (!told.ok()) return told;
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return deleted;
}

absl::StatusOr<int64_t> DeleteBy(PlainDelete* plainly, const Session& session,
                                 const Projection& projection,
                                 const RowSet& rows, RowsByTable* gone) {
  if (gone != nullptr) gone->clear();
  if (!rows.fault.empty()) return absl::InvalidArgumentError(rows.fault);
  if (!rows.is_whole()) return NeedsWholeSet("Delete");
  const Model& model = projection.model();
  const auto signals = DeleteSignals(session.database(), *model.table);
  return signals == nullptr
             ? plainly(session, model, rows, gone)
             : DeleteEach(session, projection, rows, signals, plainly, gone);
}

}  // namespace

absl::StatusOr<int64_t> DeleteRows(const Session& session,
                                   const Projection& projection,
                                   const RowSet& rows, RowsByTable* gone) {
  const bool hides = MayHide(*projection.model().table);
  return DeleteBy(hides ? &HidePlainly : &DeletePlainly, session, projection,
                  rows, gone);
}

absl::StatusOr<int64_t> PurgeRows(const Session& session,
                                  const Projection& projection,
                                  const RowSet& rows, RowsByTable* gone) {
  return DeleteBy(&DeletePlainly, session, projection, rows, gone);
}

absl::StatusOr<int64_t> UndeleteRows(const Session& session, const Model& model,
                                     const RowSet& rows) {
  if (!rows.fault.empty()) return absl::InvalidArgumentError(rows.fault);
  if (!rows.is_whole()) return NeedsWholeSet("Undelete");
  const Table& table = *model.table;
  if (!MayHide(table)) {
    return absl::FailedPreconditionError(
        absl::StrCat("Undelete: ", table.message,
                     " has no field of role DELETE_TIME, and what is deleted "
                     "is gone"));
  }
  RowSet deleted = rows;
  deleted.deleted = Deleted::kOnly;
  const auto live = LiveRowsOf(session, table, std::move(deleted));
  if (!live.ok()) return live.status();
  int64_t shown = 0;
  auto status = session.Transact([&](Transaction& transaction) {
    auto count =
        ShowRows(session.In(transaction), table, live->rows.where, absl::Now());
    if (count.ok()) shown = *count;
    return count.status();
  });
  if (!status.ok()) return status;
  return shown;
}

absl::Status DeleteRow(const Session& session, const Projection& projection,
                       const Message& message) {
  const Model& model = projection.model();
  RowValues values(model);
  values.Read(message);
  std::vector<Value> key;
  for (const int column : model.table->key) key.push_back(values[column]);
  RowSet row;
  const RowState state(model, message);
  const Expression by_key = KeyIs(*model.table, values.row());
  row.where = by_key && state.Condition(*model.table, {});
  auto deleted = DeleteRows(session, projection, row);
  if (!deleted.ok()) return deleted.status();
  if (*deleted > 0) return absl::OkStatus();
  const auto there = RowsThere(session, *model.table);
  if (!there.ok()) return there.status();
  return state.Explain(session, model, by_key && *there, key);
}

}  // namespace modelservice
