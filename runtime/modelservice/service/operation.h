// One call of a standard method, in two halves: Prepare makes the request a
// statement, Finish makes the statement's rows the reply. With no hook and one
// statement they run around Database::Execute; else Run runs both, with the
// hooks between them, inside of a transaction.
//
//   auto operation = MakeOperation(plan, method, call);
//   absl::Status status = operation->Prepare(request);
//   if (status.ok() && operation->needs_transaction()) ... Run(tx) ...
//   else ... database.Execute(operation->statement(), *operation) ... Finish()
//
// Lives as long as the call; used by one thread at a time.
#ifndef MODELSERVICE_SERVICE_OPERATION_H_
#define MODELSERVICE_SERVICE_OPERATION_H_

#include <google/protobuf/message.h>

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/db/database.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/wire.h"
#include "modelservice/service/call_context.h"
#include "modelservice/service/plan.h"

namespace modelservice {

class Operation : public RowSink {
 public:
  Operation(const ServicePlan& service, const MethodPlan& plan,
            CallContext& call)
      : service_(service), plan_(plan), call_(call) {}

  // Reads and checks `request`, which outlives the operation.
  virtual absl::Status Prepare(const google::protobuf::Message& request) = 0;

  // Whether Run must be called, in a transaction, in place of the two halves.
  bool needs_transaction() const { return needs_transaction_; }
  virtual bool writes() const { return false; }

  // Made by Prepare.
  Statement& statement() { return statement_; }

  absl::Status OnRow(Row row) override;
  void OnRestart() override;
  // After the last row: the reply, or the error that the outcome means.
  virtual absl::Status Finish(const Outcome& outcome) = 0;

  // The whole operation. May be called again after a conflict.
  virtual absl::Status Run(Transaction& transaction);

  WireBuffer& reply() { return reply_; }

 protected:
  const Table& table() const { return *service_.model->table; }
  const Model& model() const { return *service_.model; }
  const Dialect& dialect() const { return service_.database->dialect(); }
  bool HasHooks(uint32_t hooks) const {
    return service_.overrides.HasAny(hooks);
  }
  // The rows this caller may see.
  Expression Scope() const;
  // Runs the statement and Finish in `transaction`.
  absl::Status Execute(Transaction& transaction);
  // The statement from a fixed text.
  void UseFixed(absl::string_view text, bool writes);

  const ServicePlan& service_;
  const MethodPlan& plan_;
  CallContext& call_;
  // Of texts read from the request; a statement may be made anew.
  TextArena arena_;
  Statement statement_;
  WireBuffer reply_;
  int64_t rows_ = 0;
  bool needs_transaction_ = false;
};

// `plan` is of a standard method; LIST only when it is unary.
std::unique_ptr<Operation> MakeOperation(const ServicePlan& service,
                                         const MethodPlan& plan,
                                         CallContext& call);

// The parts, one file each.
std::unique_ptr<Operation> MakeRetrieve(const ServicePlan&, const MethodPlan&,
                                        CallContext&);
std::unique_ptr<Operation> MakeCreate(const ServicePlan&, const MethodPlan&,
                                      CallContext&);
std::unique_ptr<Operation> MakeUpdate(const ServicePlan&, const MethodPlan&,
                                      CallContext&);
std::unique_ptr<Operation> MakeDestroy(const ServicePlan&, const MethodPlan&,
                                       CallContext&);
std::unique_ptr<Operation> MakePage(const ServicePlan&, const MethodPlan&,
                                    CallContext&);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_OPERATION_H_
