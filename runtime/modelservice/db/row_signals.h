// Who is told of what happens to a database's rows, for any type of message.
// model_signals.h is what programs use.
//
//   auto signals = std::make_shared<RowSignalsByTable>();
//   database.set_row_signals(signals);
//   signals->Of(table)->post_save.Connect(...)
//
// Thread-safe.
#ifndef MODELSERVICE_DB_ROW_SIGNALS_H_
#define MODELSERVICE_DB_ROW_SIGNALS_H_

#include <google/protobuf/message.h>

#include <atomic>
#include <map>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "modelservice/base/mutex.h"
#include "modelservice/database.h"
#include "modelservice/schema/table.h"
#include "modelservice/signal.h"

namespace modelservice {

enum class RowChange { kCreated, kUpdated, kDeleted };

// The signals of one model, for any type of message.
class RowSignals {
 public:
  using Message = google::protobuf::Message;

  Signal<Transaction*, Message*, RowChange> pre_save{"pre_save"};
  Signal<Transaction*, const Message*, RowChange> post_save{"post_save"};
  Signal<Transaction*, const Message*, RowChange> pre_delete{"pre_delete"};
  Signal<Transaction*, const Message*, RowChange> post_delete{"post_delete"};
  Signal<const Message*, RowChange> committed{"committed"};

  bool any_save() const {
    return pre_save.connected() || post_save.connected() ||
           committed.connected();
  }
  bool any_delete() const {
    return pre_delete.connected() || post_delete.connected() ||
           committed.connected();
  }

  // After the row was written or deleted in `transaction`: post_save or
  // post_delete now, committed later.
  static void SendDone(const std::shared_ptr<const RowSignals>& signals,
                       Transaction& transaction, const Message& row,
                       RowChange change);
};

// Those of all models of a database. Free until something is connected.
class RowSignalsByTable {
 public:
  // Never null.
  std::shared_ptr<RowSignals> Of(const Table& table);
  // Null when nobody ever asked for the table's.
  std::shared_ptr<const RowSignals> Find(const Table& table) const;

 private:
  std::atomic<bool> used_ = false;
  mutable Mutex mutex_;
  std::map<const Table*, std::shared_ptr<RowSignals>> signals_
      ABSL_GUARDED_BY(mutex_);
};

// The database's signals of saves, or deletes, of the table's rows; null when
// nobody listens.
std::shared_ptr<const RowSignals> SaveSignals(const Database& database,
                                              const Table& table);
std::shared_ptr<const RowSignals> DeleteSignals(const Database& database,
                                                const Table& table);

}  // namespace modelservice

#endif  // MODELSERVICE_DB_ROW_SIGNALS_H_
