#include "modelservice/db/row_signals.h"

namespace modelservice {

using ::google::protobuf::Message;

void RowSignals::SendDone(const std::shared_ptr<const RowSignals>& signals,
                          Transaction& transaction, const Message& row,
                          RowChange change) {
  (change == RowChange::kDeleted ? signals->post_delete : signals->post_save)
      .Send(&transaction, &row, change);
  if (!signals->committed.connected()) return;
  std::shared_ptr<Message> copy(row.New());
  copy->CopyFrom(row);
  transaction.OnCommit([signals, copy = std::move(copy), change] {
    signals->committed.Send(copy.get(), change);
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

std::shared_ptr<const RowSignals> SaveSignals(const Database& database,
                                              const Table& table) {
  if (database.row_signals() == nullptr) return nullptr;
  auto signals = database.row_signals()->Find(table);
  return signals != nullptr && signals->any_save() ? signals : nullptr;
}

std::shared_ptr<const RowSignals> DeleteSignals(const Database& database,
                                                const Table& table) {
  if (database.row_signals() == nullptr) return nullptr;
  auto signals = database.row_signals()->Find(table);
  return signals != nullptr && signals->any_delete() ? signals : nullptr;
}

}  // namespace modelservice
