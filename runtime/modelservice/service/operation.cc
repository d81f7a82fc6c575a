#include "modelservice/service/operation.h"

#include "modelservice/orm/codec.h"

namespace modelservice {

absl::Status Operation::OnRow(Row row) {
  ++rows_;
  return EncodeRow(model(), row, Audience::kClient, reply_);
}

void Operation::OnRestart() {
  rows_ = 0;
  reply_.clear();
}

absl::Status Operation::Run(Transaction& transaction) {
  return Execute(transaction);
}

absl::Status Operation::Execute(Transaction& transaction) {
  OnRestart();
  auto outcome = transaction.Execute(statement_, *this);
  if (!outcome.ok()) return outcome.status();
  return Finish(*outcome);
}

Expression Operation::Scope() const {
  return HasHooks(Overrides::kScope) ? service_.handler->ScopeOf(call_)
                                     : Expression();
}

void Operation::UseFixed(absl::string_view text, bool writes) {
  statement_.text = text;
  statement_.writes = writes;
}

std::unique_ptr<Operation> MakeOperation(const ServicePlan& service,
                                         const MethodPlan& plan,
                                         CallContext& call) {
  switch (plan.method->kind) {
    case MethodKind::kRetrieve:
      return MakeRetrieve(service, plan, call);
    case MethodKind::kCreate:
      return MakeCreate(service, plan, call);
    case MethodKind::kUpdate:
    case MethodKind::kPartialUpdate:
      return MakeUpdate(service, plan, call);
    case MethodKind::kDestroy:
      return MakeDestroy(service, plan, call);
    case MethodKind::kList:
      return MakePage(service, plan, call);
    case MethodKind::kCustom:
      break;
  }
  return nullptr;
}

}  // namespace modelservice
