#include "modelservice/db/postgres/transaction.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/postgres/limits.h"
#include "modelservice/db/postgres/pipeline.h"

namespace modelservice::postgres {
namespace {

using Kind = DatabaseError::Kind;

// Of a statement, as against those of Savepoint.
constexpr char kSetSavepoint[] = "SAVEPOINT statement;";
constexpr char kBackToSavepoint[] = "ROLLBACK TO SAVEPOINT statement;";
constexpr char kReleaseSavepoint[] = "RELEASE SAVEPOINT statement;";

// How long a rollback may take, whose call may have no time left.
constexpr absl::Duration kRollbackTime = absl::Seconds(5);

std::string BeginSql(const CallLimits* limits, bool read_only) {
  std::string sql = read_only
                        ? "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
                        : "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE;";
  sql += StatementTimeoutSql(limits);
  // Reads do nothing that must be kept, so one savepoint serves them all.
  if (read_only) sql += kSetSavepoint;
  return sql;
}

bool HasKind(const absl::Status& status, Kind kind) {
  const auto error = GetDatabaseError(status);
  return error.has_value() && error->kind == kind;
}

}  // namespace

PostgresTransaction::PostgresTransaction(Database& database,
                                         Connection& connection,
                                         const CallLimits* limits,
                                         bool read_only)
    : database_(database),
      connection_(connection),
      limits_(limits),
      read_only_(read_only),
      begin_(BeginSql(limits, read_only)),
      pending_(begin_) {
  position_.undo = read_only ? kBackToSavepoint : "ROLLBACK;" + begin_;
  position_.has_savepoint = read_only;
}

absl::Status PostgresTransaction::Run(Database::Body& body) {
  absl::Status status;
  {
    const Scope scope(this);
    status = NoThrow([&] { return body(*this); });
  }
  // Whatever the body made of a conflict, it is to run again.
  if (status.ok() || conflicted()) status.Update(loss_);
  if (status.ok()) status = Commit();
  if (!status.ok()) Rollback();
  return status;
}

bool PostgresTransaction::conflicted() const {
  return HasKind(loss_, Kind::kSerialization);
}

absl::Status PostgresTransaction::Commit() {
  if (!begun_) return absl::OkStatus();
  // The undoing of a statement that failed.
  if (PQtransactionStatus(connection_.handle()) == PQTRANS_INERROR) {
    absl::Status status = Flush();
    if (!status.ok()) return status;
  }
  // A failed transaction would answer COMMIT with ROLLBACK, and no error.
  if (PQtransactionStatus(connection_.handle()) != PQTRANS_INTRANS) {
    return MakeDatabaseError(Kind::kOther,
                             "the body ended the transaction by itself");
  }
  absl::Status status =
      connection_.Command(absl::StrCat(pending_, "COMMIT"), limits_);
  NoteLoss(status);
  return status;
}

void PostgresTransaction::Rollback() {
  if (connection_.lost() ||
      PQtransactionStatus(connection_.handle()) == PQTRANS_IDLE) {
    return;
  }
  const Within limits(kRollbackTime);
  // A connection that does not answer is not used again.
  connection_.Command("ROLLBACK", &limits).IgnoreError();
}

absl::StatusOr<Outcome> PostgresTransaction::Execute(Statement& statement,
                                                     RowSink& sink) {
  if (read_only_ && statement.writes) {
    return MakeDatabaseError(
        Kind::kOther,
        absl::StrCat("a write in a read-only transaction: ", statement.text));
  }
  absl::StatusOr<Outcome> outcome;
  absl::Status status = Guarded([&](absl::string_view ahead) -> absl::Status {
    outcome = RunAfter(connection_, ahead, statement, sink, limits_);
    return outcome.status();
  });
  if (!status.ok()) return status;
  return outcome;
}

absl::Status PostgresTransaction::RunScript(absl::string_view sql) {
  return Guarded([&](absl::string_view ahead) {
    return connection_.Command(absl::StrCat(ahead, sql), limits_);
  });
}

absl::Status PostgresTransaction::Guarded(Step run) {
  if (!loss_.ok()) return loss_;
  absl::Status status = CheckLimits(limits_);
  if (!status.ok()) return status;
  if (in_statement_ && !read_only_) {
    // For a row of a statement, which has its own way back.
    in_statement_ = false;
    status = Savepoint([&](Transaction&) { return Guarded(run); });
    in_statement_ = true;
    return status;
  }

  if (position_.undo.empty()) {
    if (position_.has_savepoint) pending_ += kReleaseSavepoint;
    pending_ += kSetSavepoint;
    position_ = {kBackToSavepoint, true};
  }
  const Position before = position_;
  const std::string ahead = std::exchange(pending_, "");
  ++flushes_;
  const bool outer = std::exchange(in_statement_, true);
  status = NoThrow([&] { return run(ahead); });
  in_statement_ = outer;
  begun_ = begun_ || !connection_.lost();
  NoteLoss(status);
  if (!loss_.ok()) return loss_;

  position_ = before;
  if (!status.ok()) {
    // Until then the transaction takes nothing, and rolling it back needs no
    // more. What a row's statements left pending goes with it.
    pending_ = position_.undo;
  } else if (!read_only_) {
    position_.undo.clear();
  }
  return status;
}

absl::Status PostgresTransaction::Flush() {
  if (pending_.empty()) return absl::OkStatus();
  loss_ = connection_.Command(std::exchange(pending_, ""), limits_);
  ++flushes_;
  return loss_;
}

absl::Status PostgresTransaction::Send(absl::string_view commands) {
  return commands.empty() ? absl::OkStatus()
                          : connection_.Command(commands, limits_);
}

absl::Status PostgresTransaction::Savepoint(
    absl::FunctionRef<absl::Status(Transaction&)> body) {
  if (!loss_.ok()) return loss_;
  if (position_.undo.empty() && position_.has_savepoint) {
    pending_ += kReleaseSavepoint;
    position_.has_savepoint = false;
  }
  const Position before = position_;
  const size_t pending_before = pending_.size();
  const size_t callbacks_before = callbacks_.size();
  const int flushes_before = flushes_;
  const std::string name = absl::StrCat("body_", ++depth_, ";");
  const std::string undo = absl::StrCat("ROLLBACK TO SAVEPOINT ", name);
  const std::string release = absl::StrCat("RELEASE SAVEPOINT ", name);
  absl::StrAppend(&pending_, "SAVEPOINT ", name);
  position_ = {undo, false};

  absl::Status status = NoThrow([&] { return body(*this); });
  --depth_;
  if (!loss_.ok()) return loss_;
  // Still nothing to keep, if nothing was done.
  const bool changed = position_.undo != undo;
  position_ = before;
  if (!status.ok()) {
    callbacks_.KeepFirst(callbacks_before);
  }
  if (flushes_ == flushes_before) {
    pending_.resize(pending_before);  // The savepoint was never made.
  } else if (status.ok()) {
    pending_ += release;
    if (changed) position_.undo.clear();
  } else {
    pending_ = undo + release;
  }
  return status;
}

void PostgresTransaction::NoteLoss(const absl::Status& status) {
  if (!loss_.ok() || status.ok()) return;
  if (HasKind(status, Kind::kSerialization) || connection_.lost()) {
    loss_ = status;
  }
}

}  // namespace modelservice::postgres
