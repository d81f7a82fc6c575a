#include "modelservice/db/postgres/transaction.h"

#include <cstddef>
#include <utility>

#include "absl/strings/match.h"
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

absl::string_view NameOf(Isolation isolation) {
  switch (isolation) {
    case Isolation::kReadCommitted:
      return "READ COMMITTED";
    case Isolation::kRepeatableRead:
      return "REPEATABLE READ";
    case Isolation::kSerializable:
      return "SERIALIZABLE";
  }
  return "SERIALIZABLE";
}

}  // namespace

PostgresTransaction::PostgresTransaction(Database& database,
                                         Connection& connection,
                                         const CallLimits* limits,
                                         const TransactionOptions& options,
                                         absl::Duration max_write_time)
    : database_(database),
      connection_(connection),
      read_only_(options.read_only),
      limits_(limits, read_only_ ? absl::InfiniteDuration()
                                 : options.max_time.value_or(max_write_time)),
      told_by_begin_(Until(limits_.ends_at())),
      told_(told_by_begin_),
      begin_(BeginSql(options.isolation)),
      pending_(begin_) {
  position_.undo = read_only_ ? kBackToSavepoint : "ROLLBACK;" + begin_;
  position_.has_savepoint = read_only_;
}

std::string PostgresTransaction::BeginSql(Isolation isolation) const {
  // Reads do nothing that must be kept, so one savepoint serves them all.
  if (read_only_) {
    return absl::StrCat("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;",
                        StatementTimeoutSql(&limits_), kSetSavepoint);
  }
  return absl::StrCat("BEGIN ISOLATION LEVEL ", NameOf(isolation),
                      ", READ WRITE;", LimitsSql());
}

std::string PostgresTransaction::LimitsSql() const {
  return absl::StrCat(StatementTimeoutSql(&limits_),
                      IdleTimeoutSql(Until(limits_.ends_at())));
}

void PostgresTransaction::Remind() {
  if (read_only_ || told_ == absl::InfiniteDuration()) return;
  const absl::Duration left = Until(limits_.ends_at());
  if (left >= told_ * 3 / 4) return;
  told_ = left;
  pending_ += LimitsSql();
}

absl::Status PostgresTransaction::Run(Database::Body& body) {
  absl::Status status;
  {
    const Scope scope(this);
    status = NoThrow([&] { return body(*this); });
  }
  // Whatever the body made of a conflict.
  if (status.ok() || conflicted()) status = loss_;
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
  const SqlWait waits;
  absl::Status status =
      connection_.Command(absl::StrCat(pending_, "COMMIT"), &limits_);
  if (connection_.lost() && !read_only_ && !HasKind(status, Kind::kTooLong)) {
    status = MakeDatabaseError(
        Kind::kConnection,
        absl::StrCat("the connection was lost while this was written, or not: ",
                     status.message()));
  }
  return Note(std::move(status));
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
  NotedRows noted(database().statement_log(), statement.text, sink);
  absl::Status status = Guarded([&](absl::string_view ahead) -> absl::Status {
    outcome = RunAfter(connection_, ahead, statement, noted, &limits_);
    return outcome.status();
  });
  if (!status.ok()) return status;
  noted.NoteChanges(outcome->changes);
  return outcome;
}

absl::Status PostgresTransaction::RunScript(absl::string_view sql) {
  // libpq reads no further, and would not say so.
  if (absl::StrContains(sql, '\0')) {
    return Note(MakeDatabaseError({}, "a script cannot have a NUL character"));
  }
  return Guarded([&](absl::string_view ahead) {
    return connection_.Command(absl::StrCat(ahead, sql), &limits_);
  });
}

absl::Status PostgresTransaction::Guarded(Step run) {
  if (!loss_.ok()) return loss_;
  absl::Status status = CheckLimits(&limits_);
  if (!status.ok()) return Note(std::move(status));
  if (in_statement_ && !read_only_) {
    // For a row of a statement, which has its own way back.
    in_statement_ = false;
    status = Savepoint([&](Transaction&) { return Guarded(run); });
    in_statement_ = true;
    return status;
  }

  Remind();
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
  status = Note(std::move(status));
  if (!loss_.ok()) return loss_;

  position_ = before;
  if (!status.ok()) {
    // Until then the transaction takes nothing, and rolling it back needs no
    // more. What a row's statements left pending goes with it.
    pending_ = position_.undo;
    told_ = told_by_begin_;
  } else if (!read_only_) {
    position_.undo.clear();
  }
  return status;
}

absl::Status PostgresTransaction::Flush() {
  if (pending_.empty()) return absl::OkStatus();
  absl::Status status =
      Note(connection_.Command(std::exchange(pending_, ""), &limits_));
  ++flushes_;
  if (loss_.ok()) loss_ = status;
  return status;
}

absl::Status PostgresTransaction::Send(absl::string_view commands) {
  return commands.empty() ? absl::OkStatus()
                          : connection_.Command(commands, &limits_);
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
    told_ = told_by_begin_;
  }
  return status;
}

absl::Status PostgresTransaction::Note(absl::Status status) {
  if (status.ok()) return status;
  // The server's word for a statement that was cancelled, or for the end of a
  // transaction that was left alone; or our own.
  if (HasKind(status, Kind::kTimeout) || HasKind(status, Kind::kCancelled) ||
      HasKind(status, Kind::kTooLong)) {
    absl::Status overdue = limits_.Overdue();
    if (!overdue.ok()) status = std::move(overdue);
  }
  if (loss_.ok() &&
      (HasKind(status, Kind::kSerialization) || connection_.lost())) {
    loss_ = status;
  }
  return status;
}

}  // namespace modelservice::postgres
