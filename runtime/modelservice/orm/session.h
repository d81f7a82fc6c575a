// Where the statements of Query and Objects run.
#ifndef MODELSERVICE_ORM_SESSION_H_
#define MODELSERVICE_ORM_SESSION_H_

#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/database.h"
#include "modelservice/orm/tenant.h"

namespace modelservice {

// Of a transaction that no code of a program's own can hold up: it may have as
// many rows as it likes.
inline TransactionOptions AsLongAsItTakes() {
  TransactionOptions options;
  options.max_time = absl::InfiniteDuration();
  return options;
}

// A transaction in progress, or else a database, each statement then being its
// own transaction. Copies refer to the same.
class Session {
 public:
  explicit Session(Database& database) : database_(&database) {}
  explicit Session(Transaction& transaction)
      : database_(&transaction.database()), transaction_(&transaction) {}

  // The same for the rows of this tenant.
  Session Of(Tenant tenant) const {
    Session session = *this;
    session.tenant_ = std::move(tenant);
    return session;
  }
  // The same in a transaction of its database.
  Session In(Transaction& transaction) const {
    return Session(transaction).Of(tenant_);
  }
  const Tenant& tenant() const { return tenant_; }

  absl::StatusOr<Outcome> Run(Statement statement, RowSink& sink) const;
  // Runs `body` in the transaction, or in one of its own, which has `options`.
  absl::Status Transact(absl::FunctionRef<absl::Status(Transaction&)> body,
                        const TransactionOptions& options = {}) const;
  // The transaction that statements are part of; null: none.
  Transaction* transaction() const;
  // Whether rows can be locked: in a transaction that writes.
  bool CanLockRows() const;

  const Dialect& dialect() const { return database_->dialect(); }
  Database& database() const { return *database_; }

 private:
  Database* database_;
  Transaction* transaction_ = nullptr;
  Tenant tenant_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_SESSION_H_
