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
// logged and breaks nothing; but a write fails, and is rolled back, with the
// error of a receiver inside of it that must succeed:
//
//   Connection refuses = customers.OnPreDelete(
//       [](Transaction&, const Customer& customer, RowChange) -> absl::Status {
//         if (!HasDebts(customer)) return absl::OkStatus();
//         return absl::FailedPreconditionError("who owes us stays");
//       },
//       Receiver::kMustSucceed);
//
// Those of saves may ask for more: what changed, and for whom.
//
//   Connection moves = customers.OnPostSave(
//       [](Transaction&, const Customer& customer,
//          const Saved<Customer>& saved) {
//         if (saved.created() || !saved.Changed(Customer::kEmailFieldNumber)) {
//           return;
//         }
//         Log(Severity::kInfo, saved.before()->email());
//       });
//
// Statements over many rows, Query::Update and BulkCreate, send nothing, as in
// Django; Query::Delete does, for each row. Thread-safe.
#ifndef MODELSERVICE_MODEL_SIGNALS_H_
#define MODELSERVICE_MODEL_SIGNALS_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "modelservice/call_context.h"
#include "modelservice/database.h"
#include "modelservice/db/row_signals.h"
#include "modelservice/orm/changed_fields.h"
#include "modelservice/orm/tenant.h"
#include "modelservice/orm/through.h"
#include "modelservice/schema/model.h"
#include "modelservice/signal.h"

namespace modelservice {

// What a receiver of a save may know of it; valid while it runs.
template <class M>
class Saved {
 public:
  Saved(const SavedRow& row ABSL_ATTRIBUTE_LIFETIME_BOUND,
        const M& after ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : row_(row), after_(after) {}

  RowChange change() const { return row_.change; }
  bool created() const { return row_.change == RowChange::kCreated; }
  // The row as it was; null of a new one.
  const M* before() const { return static_cast<const M*>(row_.before); }
  // Whether a field is another than before; of a new row, whether it is set.
  // Before the row is written, as the message is now.
  bool Changed(int field_number) const {
    return FieldChanged(before(), after_, field_number);
  }
  // The names of the columns' fields of which that is so.
  std::vector<std::string> changed() const {
    return ChangedFields(*ModelOf<M>::Get().table, before(), after_);
  }
  // The call that saves it; null outside of one, and of an asynchronous method.
  const CallContext* call() const {
    return static_cast<const CallContext*>(CurrentCall());
  }

 private:
  const SavedRow& row_;
  const M& after_;
};

// The signals of one model, with its own type of message.
template <class M>
class ModelSignals {
 public:
  explicit ModelSignals(std::shared_ptr<RowSignals> signals)
      : signals_(std::move(signals)) {}

  // function(Transaction&, M&, RowChange), or with a const Saved<M>& for the
  // last: before the row is written; what it changes in the message is written,
  // after the rules were checked. Who takes a Saved has the row before read.
  template <class Function>
  [[nodiscard]] Connection OnPreSave(Function function,
                                     Receiver receiver = Receiver::kMayFail) {
    return ConnectSave<M>(signals_->pre_save, std::move(function), receiver);
  }
  // The same with a const M&: the row as it was stored.
  template <class Function>
  [[nodiscard]] Connection OnPostSave(Function function,
                                      Receiver receiver = Receiver::kMayFail) {
    return ConnectSave<const M>(signals_->post_save, std::move(function),
                                receiver);
  }
  // function(Transaction&, const M&, RowChange): the row as it was.
  template <class Function>
  [[nodiscard]] Connection OnPreDelete(Function function,
                                       Receiver receiver = Receiver::kMayFail) {
    return Connect(signals_->pre_delete, std::move(function), receiver);
  }
  template <class Function>
  [[nodiscard]] Connection OnPostDelete(
      Function function, Receiver receiver = Receiver::kMayFail) {
    return Connect(signals_->post_delete, std::move(function), receiver);
  }
  // function(Transaction&, const LinksChange&): once rows that `way` leads to,
  // like CustomerModel::groups, were added and removed: by Objects::Links, by a
  // message that has their keys, and from the other end, of each row there.
  // Those that go with a row that is deleted are not told of, as in Django.
  template <class To, class Between, int kFrom, int kTo, class Function>
  [[nodiscard]] Connection OnLinksChanged(
      const ThroughRows<M, To, Between, kFrom, kTo>& /*way*/, Function function,
      Receiver receiver = Receiver::kMayFail) {
    return signals_->links_changed.Connect(
        [function = std::move(function),
         mine = LinksWay{ModelOf<Between>::Get().table, kFrom, kTo}](
            Transaction* transaction, const LinksWay& way,
            const LinksChange& change) mutable -> absl::Status {
          if (!(way == mine)) return absl::OkStatus();
          if constexpr (std::is_void_v<decltype(function(*transaction,
                                                         change))>) {
            function(*transaction, change);
            return absl::OkStatus();
          } else {
            return function(*transaction, change);
          }
        },
        receiver);
  }
  // function(const M&, RowChange): once it is durable, never when it is rolled
  // back. It is too late to fail.
  template <class Function>
  [[nodiscard]] Connection OnCommitted(Function function) {
    return ConnectCommitted(signals_->committed, std::move(function));
  }
  // The same on threads of the database's executor, several at a time and in no
  // order: who committed does not wait for it, unless as many wait already as
  // may (the server's max_queue): then it does it itself. It is done before the
  // database closes; what a process that dies has not come to is lost.
  template <class Function>
  [[nodiscard]] Connection OnCommittedLater(Function function) {
    return ConnectCommitted(signals_->committed_later, std::move(function));
  }

 private:
  // `Row` is M, const or not.
  template <class Row, class S, class Function>
  Connection ConnectSave(S& signal, Function function, Receiver receiver) {
    using Sent = std::conditional_t<std::is_const_v<Row>,
                                    const google::protobuf::Message*,
                                    google::protobuf::Message*>;
    if constexpr (std::is_invocable_v<Function&, Transaction&, Row&,
                                      RowChange>) {
      return signal.Connect(
          [function = std::move(function)](Transaction* transaction, Sent row,
                                           const SavedRow& saved) mutable {
            return function(*transaction, static_cast<Row&>(*row),
                            saved.change);
          },
          receiver);
    } else {
      return signal.Connect(
          [function = std::move(function), wants = signals_->WantBefore()](
              Transaction* transaction, Sent row,
              const SavedRow& saved) mutable {
            Row& after = static_cast<Row&>(*row);
            return function(*transaction, after, Saved<M>(saved, after));
          },
          receiver);
    }
  }

  template <class S, class Function>
  static Connection ConnectCommitted(S& signal, Function function) {
    return signal.Connect(
        [function = std::move(function)](const google::protobuf::Message* row,
                                         RowChange change) mutable {
          return function(static_cast<const M&>(*row), change);
        });
  }

  template <class S, class Function>
  static Connection Connect(S& signal, Function function, Receiver receiver) {
    return signal.Connect(
        [function = std::move(function)](Transaction* transaction,
                                         const google::protobuf::Message* row,
                                         RowChange change) mutable {
          return function(*transaction, static_cast<const M&>(*row), change);
        },
        receiver);
  }

  std::shared_ptr<RowSignals> signals_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MODEL_SIGNALS_H_
