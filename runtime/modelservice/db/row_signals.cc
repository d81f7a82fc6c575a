#include "modelservice/db/row_signals.h"

#include <utility>

namespace modelservice {

using ::google::protobuf::Message;

absl::Status RowSignals::SendSaved(
    const std::shared_ptr<const RowSignals>& signals, Transaction& transaction,
    const Message& row, const SavedRow& saved) {
  auto status = signals->post_save.TrySend(&transaction, &row, saved);
  if (status.ok()) SendCommitted(signals, transaction, row, saved.change);
  return status;
}

absl::Status RowSignals::SendDeleted(
    const std::shared_ptr<const RowSignals>& signals, Transaction& transaction,
    const Message& row) {
  auto status =
      signals->post_delete.TrySend(&transaction, &row, RowChange::kDeleted);
  if (status.ok()) {
    SendCommitted(signals, transaction, row, RowChange::kDeleted);
  }
  return status;
}

void RowSignals::SendCommitted(const std::shared_ptr<const RowSignals>& signals,
                               Transaction& transaction, const Message& row,
                               RowChange change) {
  if (!signals->any_committed()) return;
  std::shared_ptr<Message> copy(row.New());
  copy->CopyFrom(row);
  Database& database = transaction.database();
  transaction.OnCommit([signals, &database, copy = std::move(copy), change] {
    signals->committed.Send(copy.get(), change);
    if (!signals->committed_later.connected()) return;
    database.RunAfterCommit([signals, copy, change] {
      signals->committed_later.Send(copy.get(), change);
    });
  });
}

std::shared_ptr<RowSignals> RowSignalsByTable::Of(const Table& table) {
  const MutexLock lock(mutex_);
  used_ = true;
  auto& signals = signals_[&table];
  if (signals == nullptr) signals = std::make_shared<RowSignals>();
  return signals;
}

std::shared_ptr<const RowSignals> RowSignalsByTable::Find(
    const Table& table) const {
  if (!used_.load(std::memory_order_relaxed)) return nullptr;
  const MutexLock lock(mutex_);
  const auto found = signals_.find(&table);
  return found == signals_.end() ? nullptr : found->second;
}

namespace {

template <class Wanted>
std::shared_ptr<const RowSignals> SignalsOf(const Database& database,
                                            const Table& table,
                                            const Wanted& wanted) {
  if (database.row_signals() == nullptr) return nullptr;
  auto signals = database.row_signals()->Find(table);
  return signals != nullptr && wanted(*signals) ? signals : nullptr;
}

}  // namespace

std::shared_ptr<const RowSignals> SaveSignals(const Database& database,
                                              const Table& table) {
  return SignalsOf(database, table, [](const RowSignals& signals) {
    return signals.any_save();
  });
}

std::shared_ptr<const RowSignals> DeleteSignals(const Database& database,
                                                const Table& table) {
  return SignalsOf(database, table, [](const RowSignals& signals) {
    return signals.any_delete();
  });
}

std::shared_ptr<const RowSignals> LinkSignals(const Database& database,
                                              const Table& table) {
  return SignalsOf(database, table, [](const RowSignals& signals) {
    return signals.links_changed.connected();
  });
}

}  // namespace modelservice
