// A transaction on one connection.
#ifndef MODELSERVICE_DB_SQLITE_TRANSACTION_H_
#define MODELSERVICE_DB_SQLITE_TRANSACTION_H_

#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/db/callbacks.h"
#include "modelservice/db/database.h"
#include "modelservice/db/sqlite/connection.h"

namespace modelservice::sqlite {

// Runs `run` between `begin` and COMMIT; its error, or COMMIT's, rolls back.
absl::Status RunBetween(Connection& connection, Connection::Control begin,
                        absl::FunctionRef<absl::Status()> run);

// Does not begin or end by itself. On the thread that has the connection.
class SqliteTransaction final : public Transaction {
 public:
  SqliteTransaction(Database& database, Connection& connection, bool read_only)
      : database_(database), connection_(connection), read_only_(read_only) {}

  // Runs the body in this transaction. Not OK when the transaction is lost,
  // whatever the body says.
  absl::Status Run(Database::Body& body);

  // What runs after the commit.
  Callbacks TakeCallbacks() { return std::move(callbacks_); }

  // SQLite rolled the transaction back by itself, as it does for
  // RAISE(ROLLBACK), a full disk, or a write that was interrupted.
  bool lost() const { return !loss_.ok(); }

  absl::StatusOr<Outcome> Execute(Statement& statement, RowSink& sink) override;
  absl::Status RunScript(absl::string_view sql) override;
  absl::Status Savepoint(
      absl::FunctionRef<absl::Status(Transaction&)> body) override;
  void OnCommit(absl::AnyInvocable<void()> callback) override {
    callbacks_.Add(std::move(callback));
  }
  Database& database() override { return database_; }
  bool read_only() const override { return read_only_; }

 private:
  absl::Status InSavepoint(absl::FunctionRef<absl::Status()> run);
  // Remembers an error that ended the transaction.
  void NoteLoss(const absl::Status& status);

  Database& database_;
  Connection& connection_;
  const bool read_only_;
  Callbacks callbacks_;
  absl::Status loss_;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_TRANSACTION_H_
