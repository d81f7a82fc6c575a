#include "modelservice/orm/session.h"

#include <utility>

namespace modelservice {

absl::StatusOr<Outcome> Session::Run(Statement statement, RowSink& sink) const {
  if (transaction_ != nullptr) return transaction_->Execute(statement, sink);
  return database_->Run(std::move(statement), sink);
}

absl::Status Session::Transact(
    absl::FunctionRef<absl::Status(Transaction&)> body,
    const TransactionOptions& options) const {
  if (transaction_ != nullptr) return transaction_->Savepoint(body);
  return database_->Transact(body, /*limits=*/nullptr, options);
}

Transaction* Session::transaction() const {
  return transaction_ != nullptr ? transaction_
                                 : Transaction::Current(*database_);
}

bool Session::CanLockRows() const {
  const Transaction* const joined = transaction();
  return joined != nullptr && !joined->read_only();
}

}  // namespace modelservice
