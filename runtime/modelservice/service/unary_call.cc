#include "modelservice/service/unary_call.h"

#include <grpc/grpc.h>

#include <new>
#include <utility>

#include "modelservice/errors.h"
#include "modelservice/orm/tenant.h"
#include "modelservice/service/access.h"
#include "modelservice/service/call_ways.h"
#include "modelservice/service/kept_context.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/service/wire_message.h"

namespace modelservice {

namespace {

absl::Status TooLong() {
  return absl::DeadlineExceededError("The call took too long.");
}

}  // namespace

UnaryCall* UnaryCall::Make(const ServicePlan& service, const MethodPlan& plan,
                           grpc::CallbackServerContext* context) {
  void* const memory =
      grpc_call_arena_alloc(context->c_call(), sizeof(UnaryCall));
  return new (memory) UnaryCall(service, plan, context);
}

Reactor* UnaryCall::Start(const ServicePlan& service, const MethodPlan& plan,
                          grpc::CallbackServerContext* context) {
  UnaryCall* const call = Make(service, plan, context);
  call->Begin();
  return call;
}

grpc::ServerUnaryReactor* UnaryCall::Start(const ServicePlan& service,
                                           const MethodPlan& plan,
                                           grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer& request,
                                           grpc::ByteBuffer* response) {
  UnaryCall* const call = Make(service, plan, context);
  grpc::ServerUnaryReactor* const reactor =
      &call->read_by_grpc_.emplace(*call, response);
  call->BeginWith(request);
  return reactor;
}

void UnaryCall::EndWith(grpc::ByteBuffer* message, grpc::Status status) {
  if (read_by_grpc_.has_value()) {
    read_by_grpc_->EndWith(message, std::move(status));
  } else {
    GuardedCall::EndWith(message, std::move(status));
  }
}

void UnaryCall::Run(absl::Status admitted) {
  if (!admitted.ok()) {
    Answer(std::move(admitted));
  } else if (plan_.runs_handler) {
    RunHandler();
  } else {
    RunStandard();
  }
}

void UnaryCall::RunAnswered() { Answer(EncodeAnswer(&reply_)); }

void UnaryCall::RunStandard() {
  MakeOperation(service_, plan_, call_, statement, &operation_);
  if (service_.model == nullptr ||
      !ReadMayWait(service_, plan_, *request(), call_)) {
    return RunPrepared();
  }
  service_.executor->Post("filter", &call_, [this](const absl::Status& room) {
    room.ok() ? RunPrepared() : Answer(room);
  });
}

void UnaryCall::RunPrepared() {
  // Scope is the user's.
  const auto prepare = [this] {
    const absl::Status known = CheckTenant(service_, call_);
    return known.ok() ? operation_->Prepare(*request()) : known;
  };
  if (auto status = Guarded(prepare); !status.ok()) return Fail(status);
  if (!operation_->needs_transaction()) {
    limits = &call_;
    statement_start_ = SteadyNow();
    service_.database->Execute(*this);
    return;
  }
  WatchTime();
  auto body = [this](Transaction& transaction) {
    const TenantsOfCall tenants(call_);
    const CallTenant works_for(tenants);
    return operation_->Run(transaction);
  };
  auto done = [this](const absl::Status& status) {
    if (!status.ok()) return Fail(status);
    reply_ = std::move(operation_->reply());
    Answer(status);
  };
  TransactionOptions options =
      OptionsOf(*plan_.method, operation_->writes() ? TransactionMode::kWrite
                                                    : TransactionMode::kRead);
  if (operation_->needs_latest() &&
      options.isolation == Isolation::kRepeatableRead) {
    options.isolation = Isolation::kReadCommitted;
  }
  service_.database->RunTransaction(options, body, &call_, done);
}

void UnaryCall::OnDone(const absl::Status& status, const Outcome& outcome) {
  service_.database->statement_log().Note(statement.text, statement_start_,
                                          rows_ > 0 ? rows_ : outcome.changes,
                                          call_.counts());
  const absl::Status result =
      status.ok() ? operation_->Finish(outcome) : status;
  if (!result.ok()) return Fail(result);
  reply_ = std::move(operation_->reply());
  Answer(result);
}

void UnaryCall::Fail(const absl::Status& status) {
  if (!operation_->MayExplain(status)) return Answer(status);
  auto body = [this, status](Transaction& transaction) {
    const TenantsOfCall tenants(call_);
    const CallTenant works_for(tenants);
    explained_ = operation_->Explain(transaction, status);
    return absl::OkStatus();
  };
  auto done = [this, status](const absl::Status& asked) {
    Answer(asked.ok() ? std::move(explained_) : status);
  };
  service_.database->RunRead(body, &call_, done);
}

void UnaryCall::RunHandler() {
  WatchTime();
  auto body = [this] {
    reply_.clear();
    const TenantsOfCall tenants(call_);
    const CallTenant works_for(tenants);
    return WithoutTenant(
        plan_.method->invoke(*service_.handler, call_, request(), *this),
        call_);
  };
  const TransactionMode mode = TransactionOf(*plan_.method);
  if (mode == TransactionMode::kNone) {
    service_.executor->Post("method", &call_,
                            [this, body](const absl::Status& admitted) {
                              Answer(admitted.ok() ? Guarded(body) : admitted);
                            });
    return;
  }
  service_.database->RunTransaction(
      OptionsOf(*plan_.method, mode),
      [body](Transaction&) { return Guarded(body); }, &call_,
      [this](const absl::Status& status) { Answer(status); });
}

bool UnaryCall::Write(WireBuffer wire) {
  reply_ = std::move(wire);
  return true;
}

void UnaryCall::WatchTime() {
  end_of_time_.Set(call_.time_limit(), [this] { AnswerLate(); });
}

void UnaryCall::AnswerLate() {
  late_ = true;
  KeepCall(context_);
  call_.EndEarly();
  EndWith(nullptr, ToGrpc(Told(TooLong())));
}

void UnaryCall::Answer(absl::Status status) {
  LeaveWith([this, status = std::move(status)]() mutable {
    AnswerHere(std::move(status));
  });
}

void UnaryCall::AnswerHere(absl::Status status) {
  end_of_time_.Cancel();
  if (late_) {
    status = TooLong();
  } else if (status.ok()) {
    status = PassReply(plan_.runs_handler || answered(), &reply_);
  }
  // Whoever forgives the error does not send what it kept back.
  if (!status.ok()) reply_.clear();
  grpc::Status answer = Leave(std::move(status));
  if (answer.ok()) last_ = ToByteBuffer(std::move(reply_));
  SendFinished();
  if (late_) return Part();
  // gRPC may end the call, and this with it, before it returns.
  EndWith(answer.ok() ? &last_ : nullptr, std::move(answer));
}

void UnaryCall::OnDone() {
  if (late_) return Part();
  Delete();
}

void UnaryCall::Part() {
  if (parties_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  grpc::CallbackServerContext& context = context_;
  Delete();
  // And with it the memory that this was in.
  DropCall(context);
}

void UnaryCall::Delete() { this->~UnaryCall(); }

}  // namespace modelservice
