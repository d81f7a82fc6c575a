// UNDELETE: brings back one row that is deleted and was kept (AIP-164).
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/errors.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/hide.h"
#include "modelservice/orm/reading.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/service/fields.h"
#include "modelservice/service/operation.h"

namespace modelservice {
namespace {

using ::google::protobuf::Message;

class Undelete final : public Operation {
 public:
  Undelete(const ServicePlan& service, const MethodPlan& plan,
           const CallContext& call, Statement& statement)
      : Operation(service, plan, call, statement), values_(*service.model) {}

  bool writes() const override { return true; }

  absl::Status Prepare(const Message& request) override {
    needs_transaction_ = true;
    ReadKey(request);
    given_ = values_.Key();
    values_.Store(service_.forms);
    return CheckGivenKey(values_, given_);
  }

  absl::Status Run(Transaction& transaction) override {
    const Session session(transaction);
    const Expression key = KeyIs(table(), values_.row());
    const Expression deleted = Of(Deleted::kOnly) && key;
    const auto shown =
        ShowRows(session, table(), deleted && InState(), absl::Now());
    if (!shown.ok()) return shown.status();
    if (*shown == 0) return WhyNot(transaction, deleted, key);
    statement_ =
        Write(SelectWhere(Of(Deleted::kHidden) && key, /*unmasked=*/false),
              dialect());
    return Execute(transaction);
  }

  absl::Status Finish(const Outcome&) override {
    return rows_ > 0 ? absl::OkStatus() : NotFound(table(), given_);
  }

  bool MayExplain(const absl::Status& status) const override {
    return MayBeNoKey(status);
  }
  absl::Status Explain(Transaction& transaction,
                       const absl::Status& status) override {
    return OfKey(transaction, status, KeyIs(table(), values_.row()), given_);
  }

 private:
  Expression Of(Deleted deleted) const {
    return ScopeOf(service_, call_, deleted);
  }

  absl::Status WhyNot(Transaction& transaction, const Expression& deleted,
                      const Expression& key) {
    auto stale = state_.Explain(Session(transaction), model(), deleted, given_);
    if (!absl::IsNotFound(stale)) return stale;
    RowSet there;
    there.where = Of(Deleted::kHidden) && key;
    const auto any = AnyRow(Session(transaction), table(), std::move(there));
    if (!any.ok()) return any.status();
    if (!*any) return NotFound(table(), given_);
    std::string name;
    for (const Value part : given_) {
      absl::StrAppend(&name, name.empty() ? "" : ", ", KeyText(part));
    }
    const std::string message =
        absl::StrCat(table().message, ": ", name, " is not deleted.");
    absl::Status status = ErrorWithReason(absl::StatusCode::kAlreadyExists,
                                          message, "NOT_DELETED");
    AddResourceInfo(&status, table().message, name, message);
    return status;
  }

  // The key fields of the request, or of the resource that the request is.
  void ReadKey(const Message& request) {
    if (plan_.fields.empty()) {
      values_.Read(request);
      state_ = RowState(model(), request);
      return;
    }
    ReadEtag(request);
    for (const MethodPlan::Field& field : plan_.fields) {
      if (field.role != RequestField::Role::kColumn) continue;
      const Column& column = table().columns[static_cast<size_t>(field.column)];
      const Value value = ReadField(request, *field.descriptor,
                                    column.storage == Storage::kName, arena_);
      if (TellsStates(column.role)) state_.Add(field.column, value);
      values_.Set(field.column, value);
    }
  }

  RowValues values_;
  std::vector<Value> given_;  // the key, as the client wrote it
};

}  // namespace

void MakeUndelete(const ServicePlan& service, const MethodPlan& plan,
                  const CallContext& call, Statement& statement,
                  OperationBox* box) {
  box->Make<Undelete>(service, plan, call, statement);
}

}  // namespace modelservice
