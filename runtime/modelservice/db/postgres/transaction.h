// A transaction on one connection.
#ifndef MODELSERVICE_DB_POSTGRES_TRANSACTION_H_
#define MODELSERVICE_DB_POSTGRES_TRANSACTION_H_

#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "modelservice/database.h"
#include "modelservice/db/callbacks.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/limits.h"

namespace modelservice::postgres {

// In PostgreSQL a statement that fails spoils its transaction, unless that is
// rolled back to a savepoint. So a statement that has something before it which
// must not be undone is sent together with a SAVEPOINT.
//
// What cannot fail (BEGIN, SAVEPOINT, RELEASE, ROLLBACK TO) is kept back and
// sent ahead of the next statement, in its round trip.
class PostgresTransaction final : public Transaction {
 public:
  // `limits` may be null. `max_write_time` is for options that name none.
  PostgresTransaction(Database& database, Connection& connection,
                      const CallLimits* limits,
                      const TransactionOptions& options,
                      absl::Duration max_write_time);

  // Runs the body between BEGIN and COMMIT. Its error, or COMMIT's, rolls back.
  // Called once.
  absl::Status Run(Database::Body& body);

  // What runs after the commit.
  Callbacks TakeCallbacks() { return std::move(callbacks_); }

  // Lost against a concurrent transaction: run again, it may succeed.
  bool conflicted() const;
  // Whether it has begun on the server.
  bool begun() const { return begun_; }
  bool may_run_again() const { return may_run_again_; }

  absl::StatusOr<Outcome> Execute(Statement& statement, RowSink& sink) override;
  absl::StatusOr<RowsByTable> CountDeleted(const Table& table,
                                           Statement& statement) override;
  // By COPY. A row may come from another statement of this transaction.
  absl::StatusOr<int64_t> InsertRows(const Table& table,
                                     absl::Span<const int> columns,
                                     RowSource& rows) override;
  absl::Status RunScript(absl::string_view sql) override;
  absl::Status Savepoint(
      absl::FunctionRef<absl::Status(Transaction&)> body) override;
  void OnCommit(absl::AnyInvocable<void()> callback) override {
    callbacks_.Add(std::move(callback));
  }
  void DoNotRunAgain() override { may_run_again_ = false; }
  Database& database() override { return database_; }
  bool read_only() const override { return read_only_; }

 private:
  // Where the transaction can go back to.
  struct Position {
    // What undoes all since a point after which nothing was done that must be
    // kept; empty when there is no such point.
    std::string undo;
    // Whether the savepoint of an earlier statement is still there.
    bool has_savepoint = false;
  };

  // The types of an INSERT's parameters.
  absl::StatusOr<std::vector<Oid>> TypesOf(const Table& table,
                                           absl::Span<const int> columns);
  absl::StatusOr<int64_t> CopyRows(const std::string& sql,
                                   std::vector<Oid> types, RowSource& rows);

  absl::Status Commit();
  void Rollback();
  std::string BeginSql(Isolation isolation) const;
  // The limits that the server keeps to by itself.
  std::string LimitsSql() const;

  // Runs `run`, which sends commands ahead of a statement of its own, so that
  // an error leaves no trace.
  using Step = absl::FunctionRef<absl::Status(absl::string_view ahead)>;
  absl::Status Guarded(Step run);
  // Lets the server know when the time that it was told is out by a quarter: it
  // would wait too long for a body that takes its time.
  void Remind();
  // Sends what was kept back.
  absl::Status Flush();
  // For a step that cannot send them together with its own.
  absl::Status Send(absl::string_view commands);
  // What an error is to the body; ends the transaction where it must.
  absl::Status Note(absl::Status status);

  Database& database_;
  Connection& connection_;
  const bool read_only_;
  const TransactionLimits limits_;
  // What the server was told of the time left, by BEGIN and since.
  const absl::Duration told_by_begin_;
  absl::Duration told_;
  const std::string begin_;
  std::string pending_;
  Position position_;
  // Of Savepoint.
  int depth_ = 0;
  // A statement is giving its rows out.
  bool in_statement_ = false;
  bool begun_ = false;
  bool may_run_again_ = true;
  // How often what was kept back has been sent.
  int flushes_ = 0;
  Callbacks callbacks_;
  // The error that ended the transaction.
  absl::Status loss_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_TRANSACTION_H_
