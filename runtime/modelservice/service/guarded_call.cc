#include "modelservice/service/guarded_call.h"

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/errors.h"
#include "modelservice/rpc_signals.h"
#include "modelservice/service/call_access.h"
#include "modelservice/service/call_tracing.h"
#include "modelservice/service/cancelled_calls.h"
#include "modelservice/service/json_details.h"
#include "modelservice/service/metadata_list.h"
#include "modelservice/service/reply_mask.h"
#include "modelservice/service/request_log.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/service/wire_message.h"

namespace modelservice {

using ::google::protobuf::Message;

namespace {

bool IsSocioStyle(const ServicePlan& service) {
  return service.model != nullptr &&
         service.model->table->style == ClientStyle::kDjangoSocio;
}

}  // namespace

GuardedCall::GuardedCall(const ServicePlan& service, const MethodPlan& plan,
                         grpc::CallbackServerContext* context)
    : service_(service),
      plan_(plan),
      call_(plan.method->path, *context),
      passage_(plan.chain, call_, *service.executor) {
  if (HasRequest()) call_.set_request_source(this);
  plan_.numbers->Started();
}

void GuardedCall::Begin() {
  if (!HasRequest()) return Enter();
  awaits_request_ = true;
  service_.arrivals->Add(*this);
  StartRead(&read_);
}

void GuardedCall::BeginWith(const grpc::ByteBuffer& request) {
  request_bytes_ = &request;
  if (!request.Valid()) RequestIsMissing();
  Enter();
}

void GuardedCall::EndWith(grpc::ByteBuffer* message, grpc::Status status) {
  if (message != nullptr) {
    StartWriteAndFinish(message, grpc::WriteOptions(), std::move(status));
  } else {
    Finish(std::move(status));
  }
}

void GuardedCall::OnReadDone(bool ok) {
  const NoWaiting on_grpcs_thread;
  if (!awaits_request_) return OnMessageRead(ok);
  awaits_request_ = false;
  // Else the call is ended already, or is being ended.
  if (!service_.arrivals->Remove(*this)) return;
  if (!ok) RequestIsMissing();
  Enter();
}

// Never an empty one in its place: the defaults may mean something.
void GuardedCall::RequestIsMissing() {
  decoded_ = true;
  request_status_ = InvalidArgument({{"", "The request is missing."}});
}

void GuardedCall::RequestIsLate() {
  Refuse(ErrorWithReason(
      absl::StatusCode::kDeadlineExceeded,
      absl::StrCat("The request did not come within ",
                   absl::FormatDuration(service_.arrivals->patience()),
                   " (request_timeout)."),
      "REQUEST_TIMEOUT"));
}

void GuardedCall::Refuse(const absl::Status& status) {
  const absl::Status told = Told(status);
  Account(told);
  EndWith(nullptr, ToGrpc(told));
}

void GuardedCall::Account(const absl::Status& told) {
  const absl::Duration taken = Since(start_);
  const auto example = service_.tracing->ExampleOf(call_, taken);
  plan_.numbers->Ended(told.code(), taken,
                       example.has_value() ? &*example : nullptr);
  service_.tracing->End(call_, start_, told);
  if (!told.ok()) service_.reasons->Add(told);
  service_.request_log->Write(call_, IsStream(), told, taken);
}

absl::Status GuardedCall::Told(const absl::Status& status) const {
  absl::Status told = ForClient(status, plan_.method->path);
  return IsSocioStyle(service_) ? WithJsonMessage(told) : told;
}

void GuardedCall::Enter() {
  const NoWaiting on_grpcs_thread;
  if (IsSocioStyle(service_)) {
    if (const auto json = call_.metadata("headers"); json.has_value()) {
      call_.set_more_headers(HeadersOf(*json));
    }
  }
  if (auto over = CheckCall(&call_); !over.ok()) {
    if (!absl::IsCancelled(over)) return Refuse(over);
    // Who opens calls and cancels them at once has nothing run.
    service_.cancelled->Count(call_.peer());
    plan_.numbers->Ended(absl::StatusCode::kCancelled, Since(start_));
    return EndWith(nullptr, grpc::Status::CANCELLED);
  }
  entered_ = true;
  if (service_.request_log->on()) call_.request_id();
  service_.tracing->Begin(call_);
  absl::Status room = service_.budget->Enter(IsStream());
  if (!room.ok()) {
    // Not on account of calls that wait and have ended.
    service_.executor->DropEnded();
    room = service_.budget->Enter(IsStream());
  }
  counted_ = room.ok();
  if (service_.signals->request_started.connected()) {
    service_.executor->Continue([this, room] {
      SendStarted();
      Admit(room);
    });
  } else {
    Admit(room);
  }
}

void GuardedCall::Admit(const absl::Status& room) {
  if (!room.ok()) return Run(room);
  if (plan_.chain.empty()) return Run(CheckRequest());
  passage_.Enter([this](absl::Status status) {
    if (!status.ok()) return Run(std::move(status));
    if (answered()) return RunAnswered();
    Run(CheckRequest());
  });
}

void GuardedCall::RunAnswered() {
  LeaveWith([this] {
    WireBuffer wire;
    absl::Status status = EncodeAnswer(&wire);
    if (status.ok()) status = MaskReply(service_, plan_, call_, &wire);
    if (status.ok()) status = CheckSent(wire.bytes());
    if (!status.ok()) wire.clear();
    grpc::Status told = Leave(std::move(status));
    if (told.ok()) last_ = ToByteBuffer(std::move(wire));
    EndWith(told.ok() ? &last_ : nullptr, std::move(told));
  });
}

absl::Status GuardedCall::EncodeAnswer(WireBuffer* wire) const {
  const Message& answer = *CallAccess::answer(call_);
  const auto* const type = plan_.method->reply().GetDescriptor();
  if (answer.GetDescriptor()->full_name() != type->full_name()) {
    return absl::InternalError(
        absl::StrCat("an interceptor answered ", plan_.method->path, " with a ",
                     compat::Str(answer.GetDescriptor()->full_name()),
                     " in place of a ", compat::Str(type->full_name())));
  }
  wire->clear();
  wire->Raw(answer.SerializePartialAsString());
  return absl::OkStatus();
}

absl::Status GuardedCall::PassReply(bool is_own, WireBuffer* wire) {
  if (is_own) {
    auto status = MaskReply(service_, plan_, call_, wire);
    if (!status.ok()) return status;
  }
  if (auto status = ChangeReply(wire); !status.ok()) return status;
  return CheckSent(wire->bytes());
}

absl::Status GuardedCall::ChangeReply(WireBuffer* wire) {
  if (!plan_.chain.changes_replies()) return absl::OkStatus();
  AnyReply reply(plan_.method->reply(), *wire);
  if (auto status = passage_.OnReply(reply); !status.ok()) return status;
  if (!reply.changed()) return absl::OkStatus();
  reply.Encode();
  return MaskReply(service_, plan_, call_, wire);
}

void GuardedCall::OnCancel() {
  service_.executor->DropEndedSoon();
  OnGone();
}

void GuardedCall::OnDone() {
  if (!entered_) return Delete();
  LeaveWith([this] {
    SendFinished();
    Delete();
  });
}

const Message* GuardedCall::Decode() {
  if (!decoded_) {
    decoded_ = true;
    request_.reset(plan_.method->request().New());
    CountReceived(*request_bytes_);
    request_status_ = ParseMessage(*request_bytes_, request_.get());
  }
  return request_status_.ok() ? request_.get() : nullptr;
}

absl::Status GuardedCall::CheckRequest() {
  if (!HasRequest()) return absl::OkStatus();
  if (Decode() == nullptr) return request_status_;
  return passage_.sees_messages() ? CheckReceived(*request_) : absl::OkStatus();
}

absl::Status GuardedCall::CheckSent(absl::string_view wire) {
  CountSent(wire.size());
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
  if (!status.ok() || !plan_.chain.empty()) {
    status = Translated(status, service_, plan_);
    passage_.Leave(status);
  }
  if (status.ok()) {
    Account(status);
    return grpc::Status::OK;
  }
  service_.signals->got_request_exception.Send(call_, status);
  told_ = Told(status);
  Account(told_);
  return ToGrpc(told_);
}

void GuardedCall::SendStarted() {
  service_.signals->request_started.Send(call_);
}

void GuardedCall::SendFinished() {
  service_.signals->request_finished.Send(call_, told_);
}

}  // namespace modelservice
