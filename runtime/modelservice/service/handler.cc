#include "modelservice/handler.h"

#include "modelservice/service/bulk_create.h"
#include "modelservice/service/list_stream.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/plan.h"
#include "modelservice/service/run_handler.h"

namespace modelservice {

using ::google::protobuf::Message;

Expression Handler::ScopeOf(const CallContext&) { return Expression(); }
absl::StatusOr<Expression> Handler::FilterOf(const CallContext&,
                                             const Message&) {
  return Expression();
}
absl::Status Handler::RunBeforeCreate(const CallContext&, Transaction&,
                                      Message&) {
  return absl::OkStatus();
}
absl::Status Handler::RunAfterCreate(const CallContext&, Transaction&,
                                     const Message&) {
  return absl::OkStatus();
}
absl::Status Handler::RunBeforeUpdate(const CallContext&, Transaction&,
                                      const Message&, Message&) {
  return absl::OkStatus();
}
absl::Status Handler::RunAfterUpdate(const CallContext&, Transaction&,
                                     const Message&) {
  return absl::OkStatus();
}
absl::Status Handler::RunBeforeDestroy(const CallContext&, Transaction&,
                                       const Message&) {
  return absl::OkStatus();
}
absl::Status Handler::RunAfterDestroy(const CallContext&, Transaction&,
                                      const Message&) {
  return absl::OkStatus();
}

Expression Handler::RowsFor(const CallContext& call) {
  return call.row_access() == nullptr ? Expression() : call.row_access()->rows;
}

Database& Handler::database() const { return *plan_->database; }

absl::StatusOr<WireBuffer> Handler::StandardWire(int index,
                                                 const CallContext& call,
                                                 const Message& request) {
  const MethodPlan& plan = plan_->methods[static_cast<size_t>(index)];
  const TenantsOfCall tenants(call);
  const CallTenant works_for(tenants);
  Statement statement;
  OperationBox operation;
  MakeOperation(*plan_, plan, call, statement, &operation);
  absl::Status status = CheckTenant(*plan_, call);
  if (status.ok()) status = operation->Prepare(request);
  if (status.ok()) {
    const auto run = [&](Transaction& transaction) {
      return operation->Run(transaction);
    };
    status = operation->writes() ? database().Transact(run, &call)
                                 : database().Read(run, &call);
  }
  if (!status.ok() && operation->MayExplain(status)) {
    absl::Status explained = status;
    const auto explain = [&](Transaction& transaction) {
      explained = operation->Explain(transaction, status);
      return absl::OkStatus();
    };
    if (database().Read(explain, &call).ok()) status = std::move(explained);
  }
  if (!status.ok()) return Translated(status, *plan_, plan);
  return std::move(operation->reply());
}

absl::StatusOr<WireBuffer> Handler::BulkWire(int index, const CallContext& call,
                                             MessageStream& stream) {
  const MethodPlan& plan = plan_->methods[static_cast<size_t>(index)];
  auto reply = CreateInBulk(*plan_, plan, call, stream);
  if (!reply.ok()) return Translated(reply.status(), *plan_, plan);
  return reply;
}

absl::Status Handler::StandardRows(int index, const CallContext& call,
                                   const Message& request,
                                   MessageStream& stream) {
  const MethodPlan& plan = plan_->methods[static_cast<size_t>(index)];
  return Translated(WriteList(*plan_, plan, call, request, stream), *plan_,
                    plan);
}

}  // namespace modelservice
