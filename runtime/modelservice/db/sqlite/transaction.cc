#include "modelservice/db/sqlite/transaction.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/waiting.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/sqlite/foreign_key_fault.h"
#include "modelservice/db/sqlite/script.h"

namespace modelservice::sqlite {

using Control = Connection::Control;

namespace {

// SQLite tells it of every row that goes while it lives, by whatever cause.
class DeletionCount {
 public:
  // `counts` may be null: nobody counts.
  DeletionCount(sqlite3* connection, RowsByTable* counts)
      : connection_(counts == nullptr ? nullptr : connection) {
    if (counts != nullptr) sqlite3_update_hook(connection, Note, counts);
  }
  ~DeletionCount() {
    if (connection_ != nullptr) {
      sqlite3_update_hook(connection_, nullptr, nullptr);
    }
  }
  DeletionCount(const DeletionCount&) = delete;
  DeletionCount& operator=(const DeletionCount&) = delete;

 private:
  static void Note(void* counts, int what, const char*, const char* table,
                   sqlite3_int64) {
    if (what == SQLITE_DELETE) ++(*static_cast<RowsByTable*>(counts))[table];
  }

  sqlite3* const connection_;
};

// Keeps what was done in the innermost savepoint, or undoes it.
absl::Status LeaveSavepoint(Connection& connection, bool keep) {
  if (!keep) connection.Run(Control::kRollbackTo).IgnoreError();
  return connection.Run(Control::kRelease);
}

}  // namespace

absl::Status RunBetween(Connection& connection, Control begin,
                        absl::FunctionRef<absl::Status()> run) {
  absl::Status status = connection.Run(begin);
  if (!status.ok()) return status;
  status = run();
  if (status.ok()) status = Commit(connection);
  if (connection.in_transaction()) {
    connection.Run(Control::kRollback).IgnoreError();
  }
  return status;
}

absl::Status SqliteTransaction::Run(Database::Body& body) {
  absl::Status status;
  if (loan_ == nullptr) status = connection_.Run(Control::kBegin);
  if (!status.ok()) return status;
  {
    const Scope scope(this);
    status = NoThrow([&] { return body(*this); });
  }
  if (status.ok()) {
    const SqlWait waits;
    status = With([&] {
      absl::Status ended = Commit(connection_);
      NoteLoss(&ended);
      return ended;
    });
  }
  With([&] {
    return connection_.in_transaction() ? connection_.Run(Control::kRollback)
                                        : absl::OkStatus();
  }).IgnoreError();
  if (!may_run_again_) MarkNotAgain(&status);
  return status;
}

absl::Status SqliteTransaction::With(absl::FunctionRef<absl::Status()> step) {
  if (!loss_.ok()) return loss_;
  if (loan_ == nullptr) return step();
  const Loan::Use use(*loan_);
  loss_ = use.status();
  return loss_.ok() ? step() : loss_;
}

absl::StatusOr<Outcome> SqliteTransaction::Execute(Statement& statement,
                                                   RowSink& sink) {
  absl::StatusOr<Outcome> outcome;
  NotedRows noted(database_.statement_log(), statement.text, sink);
  absl::Status status = With([&] {
    const DeletionCount counting(connection_.handle(), deleted_);
    outcome = ExecuteInHand(statement, noted);
    absl::Status ended = outcome.status();
    NoteLoss(&ended);
    return ended;
  });
  if (!status.ok()) return status;
  noted.NoteChanges(outcome->changes);
  return outcome;
}

absl::StatusOr<RowsByTable> SqliteTransaction::CountDeleted(
    const Table& table, Statement& statement) {
  RowsByTable deleted;
  NoRows ignored;
  deleted_ = &deleted;
  const auto outcome = Execute(statement, ignored);
  deleted_ = nullptr;
  if (!outcome.ok()) return outcome.status();
  // All rows of a table may go without a look at each.
  if (outcome->changes > 0) {
    int64_t& own = deleted[std::string(table.name)];
    own = std::max(own, outcome->changes);
  }
  return deleted;
}

absl::StatusOr<Outcome> SqliteTransaction::ExecuteInHand(Statement& statement,
                                                         RowSink& sink) {
  absl::Status status = CheckLimits(connection_.limits());
  if (!status.ok()) return status;
  absl::StatusOr<StatementCache::Lease> prepared =
      connection_.Prepare(statement.text);
  if (!prepared.ok()) return prepared.status();
  if (read_only() && !(*prepared)->read_only()) {
    return MakeDatabaseError(
        DatabaseError::Kind::kOther,
        absl::StrCat("a write in a read-only transaction: ", statement.text));
  }

  Connection::Result result;
  const auto run = [&] {
    // The sink of one that writes must not wait: the connection cannot be taken
    // back from it.
    std::optional<NoWaiting> others_wait;
    if (loan_ != nullptr) others_wait.emplace();
    result = connection_.Run(**prepared, statement, sink);
    return result.status;
  };
  // SQLite undoes a statement that fails, but not one whose row the sink
  // refuses.
  const bool may_need_undo =
      !(*prepared)->read_only() &&
      ((*prepared)->returns_rows() || !statement.read_back.empty());
  status = may_need_undo ? InSavepoint(run) : run();
  if (!status.ok()) return status;
  return result.outcome;
}

absl::Status SqliteTransaction::RunScript(absl::string_view sql) {
  return With([&] {
    absl::Status status = RunStatements(connection_, sql);
    NoteLoss(&status);
    return status;
  });
}

absl::Status SqliteTransaction::Savepoint(
    absl::FunctionRef<absl::Status(Transaction&)> body) {
  const size_t before = callbacks_.size();
  // Savepoints of one name nest: each statement means the innermost.
  absl::Status status =
      With([&] { return connection_.Run(Control::kSavepoint); });
  if (!status.ok()) return status;
  status = NoThrow([&] { return body(*this); });
  if (!status.ok()) callbacks_.KeepFirst(before);
  const absl::Status left = With([&] {
    NoteLoss(&status);
    return loss_.ok() ? LeaveSavepoint(connection_, status.ok()) : loss_;
  });
  return status.ok() ? left : status;
}

absl::Status SqliteTransaction::InSavepoint(
    absl::FunctionRef<absl::Status()> run) {
  absl::Status status = connection_.Run(Control::kSavepoint);
  if (!status.ok()) return status;
  status = run();
  if (!connection_.in_transaction()) return status;
  const absl::Status left = LeaveSavepoint(connection_, status.ok());
  return status.ok() ? left : status;
}

void SqliteTransaction::NoteLoss(absl::Status* status) {
  if (status->ok()) return;
  // What interrupts a statement of a loan may be the loan's own end.
  if (loan_ != nullptr &&
      (absl::IsDeadlineExceeded(*status) || absl::IsCancelled(*status))) {
    absl::Status overdue = loan_->Overdue();
    if (!overdue.ok()) {
      *status = overdue;
      // Also where SQLite would go on: the writer is on its way.
      if (loss_.ok()) loss_ = std::move(overdue);
    }
  }
  if (loss_.ok() && !connection_.in_transaction()) loss_ = *status;
}

}  // namespace modelservice::sqlite
