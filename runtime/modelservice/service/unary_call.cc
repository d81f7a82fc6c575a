#include "modelservice/service/unary_call.h"

#include <grpc/grpc.h>

#include <new>
#include <utility>

#include "modelservice/service/errors.h"
#include "modelservice/service/reply_mask.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/service/wire_message.h"

namespace modelservice {

grpc::ServerUnaryReactor* UnaryCall::Start(const ServicePlan& service,
                                           const MethodPlan& plan,
                                           grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer& request,
                                           grpc::ByteBuffer* response) {
  void* const memory =
      grpc_call_arena_alloc(context->c_call(), sizeof(UnaryCall));
  auto* const call =
      new (memory) UnaryCall(service, plan, context, request, response);
  grpc::ServerUnaryReactor* const reactor = call->reactor_;
  call->Enter([call](const absl::Status& admitted) { call->Run(admitted); });
  return reactor;
}

void UnaryCall::Run(const absl::Status& admitted) {
  if (!admitted.ok()) {
    Finish(admitted);
  } else if (plan_.runs_handler) {
    RunHandler();
  } else {
    RunStandard();
  }
}

void UnaryCall::RunStandard() {
  MakeOperation(service_, plan_, call_, statement, &operation_);
  // Scope is the user's.
  const auto prepare = [this] { return operation_->Prepare(*request()); };
  if (auto status = Guarded(prepare); !status.ok()) {
    Finish(status);
    return;
  }
  if (!operation_->needs_transaction()) {
    limits = &call_;
    service_.database->Execute(*this);
    return;
  }
  auto body = [this](Transaction& transaction) {
    return operation_->Run(transaction);
  };
  auto done = [this](const absl::Status& status) {
    if (status.ok()) reply_ = std::move(operation_->reply());
    Finish(status);
  };
  service_.database->RunTransaction(
      OptionsOf(*plan_.method, operation_->writes() ? TransactionMode::kWrite
                                                    : TransactionMode::kRead),
      body, &call_, done);
}

void UnaryCall::OnDone(const absl::Status& status, const Outcome& outcome) {
  const absl::Status result =
      status.ok() ? operation_->Finish(outcome) : status;
  if (result.ok()) reply_ = std::move(operation_->reply());
  Finish(result);
}

void UnaryCall::RunHandler() {
  auto body = [this] {
    reply_.clear();
    return plan_.method->invoke(*service_.handler, call_, request(), *this);
  };
  const TransactionMode mode = TransactionOf(*plan_.method);
  if (mode == TransactionMode::kNone) {
    service_.executor->Post("method", &call_,
                            [this, body](const absl::Status& admitted) {
                              Finish(admitted.ok() ? Guarded(body) : admitted);
                            });
    return;
  }
  service_.database->RunTransaction(
      OptionsOf(*plan_.method, mode),
      [body](Transaction&) { return Guarded(body); }, &call_,
      [this](const absl::Status& status) { Finish(status); });
}

bool UnaryCall::Write(WireBuffer wire) {
  reply_ = std::move(wire);
  return true;
}

void UnaryCall::Finish(absl::Status status) {
  LeaveWith([this, status = std::move(status)]() mutable {
    FinishHere(std::move(status));
  });
}

void UnaryCall::FinishHere(absl::Status status) {
  if (status.ok() && plan_.runs_handler) {
    status = MaskReply(service_, plan_, call_, &reply_);
  }
  if (status.ok()) status = CheckSent(reply_.bytes());
  grpc::Status answer = Leave(std::move(status));
  if (answer.ok()) *response_ = ToByteBuffer(std::move(reply_));
  SendFinished();
  // Before gRPC's call may go, and with it the memory of this one.
  grpc::ServerUnaryReactor* const reactor = reactor_;
  this->~UnaryCall();
  reactor->Finish(std::move(answer));
}

}  // namespace modelservice
