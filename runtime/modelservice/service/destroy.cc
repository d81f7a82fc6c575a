// DESTROY: deletes one row.
#include "absl/time/clock.h"
#include "modelservice/errors.h"
#include "modelservice/orm/hide.h"
#include "modelservice/orm/rows.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/sql/hidden_rows.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

class Destroy final : public Operation {
 public:
  Destroy(const ServicePlan& service, const MethodPlan& plan,
          const CallContext& call, Statement& statement)
      : Operation(service, plan, call, statement), values_(*service.model) {}

  bool writes() const override { return true; }

  absl::Status Prepare(const Message& request) override {
    ReadKey(request);
    given_ = values_.Key();
    values_.Store(service_.forms);
    auto status = CheckGivenKey(values_, given_);
    if (!status.ok()) return status;
    signals_ = DeleteSignals(*service_.database, table());
    // What is inserted meanwhile refers to the row, or does not.
    needs_latest_ = hides() && HasDependents(table());
    needs_transaction_ =
        signals_ != nullptr || needs_latest_ ||
        HasHooks(Overrides::kBeforeDestroy | Overrides::kAfterDestroy);
    const bool replies = !plan_.method->empty_reply;
    if (hides()) {
      Update hide =
          HidingUpdate(table(), service_.forms, Mine() && InState(), now_);
      if (replies) hide.returning = Yielded(/*unmasked=*/false);
      statement_ = Write(hide, dialect());
    } else if (HasScope() || (replies && HasReadRules(call_)) ||
               !state_.is_any()) {
      Delete mine =
          DeleteFrom(table(), Mine() && InState(), Returning::kNothing);
      if (replies) mine.returning = Yielded(/*unmasked=*/false);
      statement_ = Write(mine, dialect());
    } else {
      UseFixed(plan_.sql, /*writes=*/true);
      for (const Value value : values_.Key())
        statement_.parameters.push_back(value);
    }
    return absl::OkStatus();
  }

  absl::Status OnRow(Row row) override {
    if (plan_.method->empty_reply) return absl::OkStatus();
    return Operation::OnRow(row);
  }

  absl::Status Finish(const Outcome& outcome) override {
    return outcome.changes > 0 || rows_ > 0 ? absl::OkStatus()
                                            : NotFound(table(), given_);
  }

  bool MayExplain(const absl::Status& status) const override {
    return MayBeNoKey(status) || (absl::IsNotFound(status) && !state_.is_any());
  }
  absl::Status Explain(Transaction& transaction,
                       const absl::Status& status) override {
    if (MayBeNoKey(status)) {
      return OfKey(transaction, status, KeyIs(table(), values_.row()), given_);
    }
    auto stale = state_.Explain(Session(transaction), model(), Mine(), given_);
    return absl::IsNotFound(stale) ? status : stale;
  }

  absl::Status Run(Transaction& transaction) override {
    std::unique_ptr<Message> stored(model().prototype().New());
    bool found = false;
    const auto next = [&] {
      found = true;
      return stored.get();
    };
    const auto restart = [&] {
      found = false;
      stored->Clear();
    };
    RowSet mine;
    mine.where = Mine();
    mine.lock = RowLock::kDelete;
    auto status = ReadRows(Session(transaction), *service_.projection, mine,
                           {next, restart});
    if (!status.ok()) return status;
    if (!found) return NotFound(table(), given_);
    RowValues before(model());
    before.Read(*stored);
    status = state_.Check(table(), given_, before.row());
    if (!status.ok()) return status;
    Handler& handler = *service_.handler;
    if (HasHooks(Overrides::kBeforeDestroy)) {
      status = RunHook("BeforeDestroy", [&] {
        return handler.RunBeforeDestroy(call_, transaction, *stored);
      });
      if (!status.ok()) return status;
    }
    if (signals_ != nullptr) {
      status = signals_->pre_delete.TrySend(&transaction, stored.get(),
                                            RowChange::kDeleted);
      if (!status.ok()) return status;
    }
    status = Execute(transaction);
    if (status.ok() && needs_latest_) {
      status = HideFollowing(Session(transaction), table(),
                             KeyIs(table(), values_.row()), now_);
    }
    if (!status.ok()) return status;
    if (signals_ != nullptr) {
      status = RowSignals::SendDeleted(signals_, transaction, *stored);
      if (!status.ok()) return status;
    }
    if (!HasHooks(Overrides::kAfterDestroy)) return status;
    return RunHook("AfterDestroy", [&] {
      return handler.RunAfterDestroy(call_, transaction, *stored);
    });
  }

 private:
  // The key fields of the request, or of the resource that the request is.
  void ReadKey(const Message& request) {
    if (plan_.fields.empty()) {
      values_.Read(request);
      state_ = RowState(model(), request);
      return;
    }
    ReadEtag(request);
    for (const MethodPlan::Field& field : plan_.fields) {
      if (field.role == RequestField::Role::kResource) {
        const Message& resource =
            request.GetReflection()->GetMessage(request, field.descriptor);
        values_.Read(resource);
        state_ = RowState(model(), resource);
      } else if (field.role == RequestField::Role::kColumn) {
        const Column& column =
            table().columns[static_cast<size_t>(field.column)];
        const Value value = ReadField(request, *field.descriptor,
                                      column.storage == Storage::kName, arena_);
        if (TellsStates(column.role)) state_.Add(field.column, value);
        values_.Set(field.column, value);
      }
    }
  }

  // Whether the row stays, as one that is not there.
  bool hides() const { return MayHide(table()); }

  Expression Mine() const { return Scope() && KeyIs(table(), values_.row()); }

  RowValues values_;
  std::vector<Value> given_;  // the key, as the client wrote it
  // What goes with a row goes at its time: so they come back together.
  const absl::Time now_ = absl::Now();
  std::shared_ptr<const RowSignals> signals_;
};

}  // namespace

void MakeDestroy(const ServicePlan& service, const MethodPlan& plan,
                 const CallContext& call, Statement& statement,
                 OperationBox* box) {
  box->Make<Destroy>(service, plan, call, statement);
}

}  // namespace modelservice
