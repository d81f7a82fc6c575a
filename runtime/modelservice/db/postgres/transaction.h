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
#include "absl/types/span.h"
#include "modelservice/db/callbacks.h"
#include "modelservice/db/database.h"
#include "modelservice/db/postgres/connection.h"

namespace modelservice::postgres {

// In PostgreSQL a statement that fails spoils its transaction, unless that is
// rolled back to a savepoint. So a statement that has something before it which
// must not be undone is sent together with a SAVEPOINT.
//
// What cannot fail (BEGIN, SAVEPOINT, RELEASE, ROLLBACK TO) is kept back and
// sent ahead of the next statement, in its round trip.
class PostgresTransaction final : public Transaction {
 public:
  // `limits` may be null.
  PostgresTransaction(Database& database, Connection& connection,
                      const CallLimits* limits, bool read_only);

  // Runs the body between BEGIN and COMMIT. Its error, or COMMIT's, rolls back.
  // Called once.
  absl::Status Run(Database::Body& body);

  // What runs after the commit.
  Callbacks TakeCallbacks() { return std::move(callbacks_); }

  // Lost against a concurrent transaction: run again, it may succeed.
  bool conflicted() const;
  // Whether it has begun on the server.
  bool begun() const { return begun_; }

  absl::StatusOr<Outcome> Execute(Statement& statement, RowSink& sink) override;
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

  // Runs `run`, which sends commands ahead of a statement of its own, so that
  // an error leaves no trace.
  using Step = absl::FunctionRef<absl::Status(absl::string_view ahead)>;
  absl::Status Guarded(Step run);
  // Sends what was kept back.
  absl::Status Flush();
  // For a step that cannot send them together with its own.
  absl::Status Send(absl::string_view commands);
  void NoteLoss(const absl::Status& status);

  Database& database_;
  Connection& connection_;
  const CallLimits* const limits_;
  const bool read_only_;
  const std::string begin_;
  std::string pending_;
  Position position_;
  // Of Savepoint.
  int depth_ = 0;
  // A statement is giving its rows out.
  bool in_statement_ = false;
  bool begun_ = false;
  // How often what was kept back has been sent.
  int flushes_ = 0;
  Callbacks callbacks_;
  // The error that ended the transaction.
  absl::Status loss_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_TRANSACTION_H_
