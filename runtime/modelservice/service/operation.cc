#include "modelservice/service/operation.h"

namespace modelservice {

absl::Status Operation::OnRow(Row row) {
  ++rows_;
  return Encode(row);
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

void Operation::UseFixed(absl::string_view text, bool writes) {
  statement_.text = text;
  statement_.writes = writes;
}

void MakeOperation(const ServicePlan& service, const MethodPlan& plan,
                   CallContext& call, Statement& statement, OperationBox* box) {
  switch (plan.method->kind) {
    case MethodKind::kRetrieve:
      return MakeRetrieve(service, plan, call, statement, box);
    case MethodKind::kCreate:
      return MakeCreate(service, plan, call, statement, box);
    case MethodKind::kUpdate:
    case MethodKind::kPartialUpdate:
      return MakeUpdate(service, plan, call, statement, box);
    case MethodKind::kDestroy:
      return MakeDestroy(service, plan, call, statement, box);
    case MethodKind::kList:
      return MakePage(service, plan, call, statement, box);
    case MethodKind::kCustom:
      return;
  }
}

}  // namespace modelservice
