#include "modelservice/service/guarded_call.h"

#include "modelservice/service/errors.h"
#include "modelservice/service/rpc_signals.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/service/wire_message.h"

namespace modelservice {

using ::google::protobuf::Message;

GuardedCall::GuardedCall(const ServicePlan& service, const MethodPlan& plan,
                         grpc::CallbackServerContext* context,
                         const grpc::ByteBuffer* request)
    : service_(service),
      plan_(plan),
      call_(plan.method->path, context),
      passage_(plan.chain, call_, *service.executor),
      request_bytes_(request) {
  if (request != nullptr) call_.set_request_source(this);
}

const Message* GuardedCall::Decode() {
  if (request_ == nullptr) {
    request_.reset(plan_.method->request().New());
    request_status_ = ParseMessage(*request_bytes_, request_.get());
  }
  return request_status_.ok() ? request_.get() : nullptr;
}

absl::Status GuardedCall::CheckRequest() {
  if (request_bytes_ == nullptr) return absl::OkStatus();
  if (Decode() == nullptr) return request_status_;
  return passage_.sees_messages() ? CheckReceived(*request_) : absl::OkStatus();
}

absl::Status GuardedCall::CheckSent(absl::string_view wire) {
  if (!passage_.sees_messages()) return absl::OkStatus();
  const std::unique_ptr<Message> message(plan_.method->reply().New());
  if (!message->ParsePartialFromArray(wire.data(),
                                      static_cast<int>(wire.size()))) {
    return absl::InternalError("the reply is no such message");
  }
  return passage_.OnMessage(Interceptor::Direction::kSent, *message);
}

grpc::Status GuardedCall::Leave(absl::Status status) {
  // Before the client is told: it may send the next one at once.
  if (counted_) service_.budget->Leave(IsStream());
  if (status.ok() && plan_.chain.empty()) return grpc::Status::OK;
  status = Translated(status, service_, plan_);
  passage_.Leave(status);
  if (status.ok()) return grpc::Status::OK;
  service_.signals->got_request_exception.Send(call_, status);
  told_ = ForClient(status, plan_.method->path);
  return ToGrpc(told_);
}

void GuardedCall::SendStarted() {
  service_.signals->request_started.Send(call_);
}

void GuardedCall::SendFinished() {
  service_.signals->request_finished.Send(call_, told_);
}

}  // namespace modelservice
