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
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "modelservice/base/mutex.h"
#include "modelservice/database.h"
#include "modelservice/schema/table.h"
#include "modelservice/signal.h"
#include "modelservice/value.h"

namespace modelservice {

enum class RowChange { kCreated, kUpdated, kDeleted };

// What the sender of a save knows of it.
struct SavedRow {
  RowChange change;
  // Of an update, where somebody WantsBefore; else null.
  const google::protobuf::Message* before = nullptr;
};

// How the links of a row changed, through a table in between: the keys, as the
// columns that it refers to have them. Valid while a receiver runs.
struct LinksChange {
  Value row;
  std::vector<Value> added;
  std::vector<Value> removed;
};

// From a model's rows through columns `from` and `to` of a table in between.
struct LinksWay {
  const Table* between;
  int from;
  int to;

  friend bool operator==(const LinksWay& a, const LinksWay& b) {
    return a.between == b.between && a.from == b.from && a.to == b.to;
  }
};

// The signals of one model, for any type of message.
class RowSignals {
 public:
  using Message = google::protobuf::Message;

  Signal<Transaction*, Message*, SavedRow> pre_save{"pre_save"};
  Signal<Transaction*, const Message*, SavedRow> post_save{"post_save"};
  Signal<Transaction*, const Message*, RowChange> pre_delete{"pre_delete"};
  Signal<Transaction*, const Message*, RowChange> post_delete{"post_delete"};
  Signal<Transaction*, LinksWay, LinksChange> links_changed{"links_changed"};
  Signal<const Message*, RowChange> committed{"committed"};
  // The same, on the database's executor.
  Signal<const Message*, RowChange> committed_later{"committed_later"};

  bool any_committed() const {
    return committed.connected() || committed_later.connected();
  }
  bool any_save() const {
    return pre_save.connected() || post_save.connected() || any_committed();
  }
  bool any_delete() const {
    return pre_delete.connected() || post_delete.connected() || any_committed();
  }

  // Held by a receiver that is to be told of the row before an update.
  std::shared_ptr<const void> WantBefore() const { return wants_before_; }
  // Whether there is one: others need not have it read.
  bool WantsBefore() const { return wants_before_.use_count() > 1; }

  // After the row was written or deleted in `transaction`: post_save or
  // post_delete now, committed later. The error of a receiver that must
  // succeed, which is to end the transaction.
  static absl::Status SendSaved(
      const std::shared_ptr<const RowSignals>& signals,
      Transaction& transaction, const Message& row, const SavedRow& saved);
  static absl::Status SendDeleted(
      const std::shared_ptr<const RowSignals>& signals,
      Transaction& transaction, const Message& row);

 private:
  static void SendCommitted(const std::shared_ptr<const RowSignals>& signals,
                            Transaction& transaction, const Message& row,
                            RowChange change);

  const std::shared_ptr<const void> wants_before_ = std::make_shared<char>();
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
// nobody listens. Of links, those of the table that they lead from.
std::shared_ptr<const RowSignals> SaveSignals(const Database& database,
                                              const Table& table);
std::shared_ptr<const RowSignals> DeleteSignals(const Database& database,
                                                const Table& table);
std::shared_ptr<const RowSignals> LinkSignals(const Database& database,
                                              const Table& table);

}  // namespace modelservice

#endif  // MODELSERVICE_DB_ROW_SIGNALS_H_
