#include "modelservice/db/sqlite/transaction.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/sqlite/script.h"

namespace modelservice::sqlite {

using Control = Connection::Control;

absl::Status RunBetween(Connection& connection, Control begin,
                        absl::FunctionRef<absl::Status()> run) {
  absl::Status status = connection.Run(begin);
  if (!status.ok()) return status;
  status = run();
  if (status.ok()) status = connection.Run(Control::kCommit);
  if (connection.in_transaction()) {
    connection.Run(Control::kRollback).IgnoreError();
  }
  return status;
}

absl::Status SqliteTransaction::Run(Database::Body& body) {
  const Scope scope(this);
  absl::Status status = NoThrow([&] { return body(*this); });
  return status.ok() ? loss_ : status;
}

absl::StatusOr<Outcome> SqliteTransaction::Execute(Statement& statement,
                                                   RowSink& sink) {
  if (lost()) return loss_;
  absl::Status status = CheckLimits(connection_.limits());
  if (!status.ok()) return status;
  absl::StatusOr<StatementCache::Lease> prepared =
      connection_.Prepare(statement.text);
  if (!prepared.ok()) return prepared.status();
  if (read_only_ && !(*prepared)->read_only()) {
    return MakeDatabaseError(
        DatabaseError::Kind::kOther,
        absl::StrCat("a write in a read-only transaction: ", statement.text));
  }

  Connection::Result result;
  const auto run = [&] {
    result = connection_.Run(**prepared, statement, sink);
    return result.status;
  };
  // SQLite undoes a statement that fails, but not one whose row the sink
  // refuses.
  const bool may_need_undo =
      !(*prepared)->read_only() &&
      ((*prepared)->returns_rows() || !statement.read_back.empty());
  status = may_need_undo ? InSavepoint(run) : run();
  NoteLoss(status);
  if (!status.ok()) return status;
  return result.outcome;
}

absl::Status SqliteTransaction::RunScript(absl::string_view sql) {
  if (lost()) return loss_;
  absl::Status status = RunStatements(connection_, sql);
  NoteLoss(status);
  return status;
}

absl::Status SqliteTransaction::Savepoint(
    absl::FunctionRef<absl::Status(Transaction&)> body) {
  if (lost()) return loss_;
  const size_t before = callbacks_.size();
  absl::Status status =
      InSavepoint([&] { return NoThrow([&] { return body(*this); }); });
  NoteLoss(status);
  if (status.ok()) return loss_;
  callbacks_.KeepFirst(before);
  return status;
}

absl::Status SqliteTransaction::InSavepoint(
    absl::FunctionRef<absl::Status()> run) {
  // Savepoints of one name nest: each statement means the innermost.
  absl::Status status = connection_.Run(Control::kSavepoint);
  if (!status.ok()) return status;
  status = run();
  if (!connection_.in_transaction()) return status;
  if (!status.ok()) connection_.Run(Control::kRollbackTo).IgnoreError();
  const absl::Status released = connection_.Run(Control::kRelease);
  return status.ok() ? released : status;
}

void SqliteTransaction::NoteLoss(const absl::Status& status) {
  if (loss_.ok() && !status.ok() && !connection_.in_transaction()) {
    loss_ = status;
  }
}

}  // namespace modelservice::sqlite
