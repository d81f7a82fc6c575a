// Tells when rows of a model are saved and deleted, by the standard methods and
// by Objects: Django's pre_save, post_save, pre_delete and post_delete, and one
// for when it is committed.
//
//   ModelSignals<Customer> customers = registry.ModelSignalsOf<Customer>();
//   Connection connection = customers.OnPostSave(
//       [](Transaction& tx, const Customer& customer, RowChange change) {
//         Log(Severity::kInfo, customer.email());
//       });
//
// Receivers run inside of the transaction, on its thread, and may use it; with
// it they may be run again after a conflict. Those of `committed` run once,
// when it is over: they may block, and write. What they throw or return is
// logged and breaks nothing; to refuse a write there are the hooks of a
// service. Statements over many rows, Query::Update and
// BulkCreate, send nothing, as in Django; Query::Delete does, for each row.
// Thread-safe.
#ifndef MODELSERVICE_MODEL_SIGNALS_H_
#define MODELSERVICE_MODEL_SIGNALS_H_

#include <google/protobuf/message.h>

#include <memory>
#include <utility>

#include "modelservice/database.h"
#include "modelservice/db/row_signals.h"
#include "modelservice/signal.h"

namespace modelservice {

// The signals of one model, with its own type of message.
template <class M>
class ModelSignals {
 public:
  explicit ModelSignals(std::shared_ptr<RowSignals> signals)
      : signals_(std::move(signals)) {}

  // receiver(Transaction&, M&, RowChange): before the row is written; what it
  // changes in the message is written, after the rules were checked.
  template <class Receiver>
  [[nodiscard]] Connection OnPreSave(Receiver receiver) {
    return signals_->pre_save.Connect(
        [receiver = std::move(receiver)](Transaction* transaction,
                                         google::protobuf::Message* row,
                                         RowChange change) mutable {
          return receiver(*transaction, static_cast<M&>(*row), change);
        });
  }
  // receiver(Transaction&, const M&, RowChange): the row as it was stored.
  template <class Receiver>
  [[nodiscard]] Connection OnPostSave(Receiver receiver) {
    return Connect(signals_->post_save, std::move(receiver));
  }
  // receiver(Transaction&, const M&, RowChange): the row as it was.
  template <class Receiver>
  [[nodiscard]] Connection OnPreDelete(Receiver receiver) {
    return Connect(signals_->pre_delete, std::move(receiver));
  }
  template <class Receiver>
  [[nodiscard]] Connection OnPostDelete(Receiver receiver) {
    return Connect(signals_->post_delete, std::move(receiver));
  }
  // receiver(const M&, RowChange): once it is durable, never when it is rolled
  // back.
  template <class Receiver>
  [[nodiscard]] Connection OnCommitted(Receiver receiver) {
    return signals_->committed.Connect(
        [receiver = std::move(receiver)](const google::protobuf::Message* row,
                                         RowChange change) mutable {
          return receiver(static_cast<const M&>(*row), change);
        });
  }

 private:
  template <class S, class Receiver>
  static Connection Connect(S& signal, Receiver receiver) {
    return signal.Connect(
        [receiver = std::move(receiver)](Transaction* transaction,
                                         const google::protobuf::Message* row,
                                         RowChange change) mutable {
          return receiver(*transaction, static_cast<const M&>(*row), change);
        });
  }

  std::shared_ptr<RowSignals> signals_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MODEL_SIGNALS_H_
