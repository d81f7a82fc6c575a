// A transaction on one connection.
#ifndef MODELSERVICE_DB_SQLITE_TRANSACTION_H_
#define MODELSERVICE_DB_SQLITE_TRANSACTION_H_

#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/database.h"
#include "modelservice/db/callbacks.h"
#include "modelservice/db/sqlite/connection.h"
#include "modelservice/db/sqlite/loan.h"

namespace modelservice::sqlite {

// Runs `run` between `begin` and COMMIT; its error, or COMMIT's, rolls back.
absl::Status RunBetween(Connection& connection, Connection::Control begin,
                        absl::FunctionRef<absl::Status()> run);

// On the thread that has the connection.
class SqliteTransaction final : public Transaction {
 public:
  // One that reads, on a connection of its own.
  SqliteTransaction(Database& database, Connection& connection)
      : database_(database), connection_(connection), loan_(nullptr) {}
  // One that writes, on the connection that was lent, where it has begun.
  SqliteTransaction(Database& database, Connection& connection, Loan& loan)
      : database_(database), connection_(connection), loan_(&loan) {}

  // Runs the body between BEGIN and COMMIT; its error, or COMMIT's, rolls back.
  // Not OK when the transaction is lost, whatever the body says. Once.
  absl::Status Run(Database::Body& body);
  // What runs after the commit.
  Callbacks TakeCallbacks() { return std::move(callbacks_); }

  absl::StatusOr<Outcome> Execute(Statement& statement, RowSink& sink) override;
  absl::StatusOr<RowsByTable> CountDeleted(const Table& table,
                                           Statement& statement) override;
  absl::Status RunScript(absl::string_view sql) override;
  absl::Status Savepoint(
      absl::FunctionRef<absl::Status(Transaction&)> body) override;
  void OnCommit(absl::AnyInvocable<void()> callback) override {
    callbacks_.Add(std::move(callback));
  }
  // Nothing is ever run again here: there is one writer at a time. Its caller
  // must not do so either.
  void DoNotRunAgain() override { may_run_again_ = false; }
  Database& database() override { return database_; }
  bool read_only() const override { return loan_ == nullptr; }

  // For what SQLite knows besides the rows of statements.
  sqlite3* handle() { return connection_.handle(); }

 private:
  // Runs `step` with the connection in hand, unless the transaction is lost.
  absl::Status With(absl::FunctionRef<absl::Status()> step);
  absl::Status InSavepoint(absl::FunctionRef<absl::Status()> run);
  absl::StatusOr<Outcome> ExecuteInHand(Statement& statement, RowSink& sink);
  // Remembers an error that ended the transaction: SQLite rolls back by itself
  // for RAISE(ROLLBACK), a full disk, or a write that was interrupted. Says why
  // it was interrupted.
  void NoteLoss(absl::Status* status);

  Database& database_;
  Connection& connection_;
  Loan* const loan_;
  Callbacks callbacks_;
  bool may_run_again_ = true;
  // Where the rows are counted that the statement in hand deletes; null:
  // nowhere.
  RowsByTable* deleted_ = nullptr;
  absl::Status loss_;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_TRANSACTION_H_
