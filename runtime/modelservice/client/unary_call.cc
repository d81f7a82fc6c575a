#include "modelservice/client/unary_call.h"

#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <utility>

#include "modelservice/base/waiting.h"
#include "modelservice/client/retry.h"
#include "modelservice/client/wait.h"
#include "modelservice/client/wire.h"
#include "modelservice/error_details.h"

namespace modelservice::client {
namespace {

absl::Status Cancelled() {
  return absl::CancelledError("The call was cancelled.");
}

}  // namespace

UnaryCall::UnaryCall(std::shared_ptr<const Core> core, const char* path,
                     Repeats repeats, CallOptions options,
                     grpc::ByteBuffer request, Done done)
    : core_(std::move(core)),
      path_(path),
      options_(std::move(options)),
      repeats_(repeats == Repeats::kNever && options_.idempotent
                   ? Repeats::kRefused
                   : repeats),
      request_(std::move(request)),
      end_(core_->EndOf(options_)),
      done_(std::move(done)) {}

void UnaryCall::Start(const std::string& refused) {
  if (!core_->status().ok()) return End(core_->status());
  AttemptWith(core_->Token(options_, end_, refused));
}

void UnaryCall::StartAside() {
  if (!core_->status().ok()) return End(core_->status());
  core_->TokenAside(options_, end_,
                    [self = shared_from_this()](const auto& token) {
                      self->AttemptWith(token);
                    });
}

void UnaryCall::AttemptWith(const absl::StatusOr<std::string>& token) {
  if (!token.ok()) return End(token.status());
  if (cancelled()) return End(Cancelled());
  token_ = *token;
  Attempt();
}

void UnaryCall::Attempt() {
  auto made = core_->NewContext(options_, end_, token_);
  if (!made.ok()) return End(made.status());
  const std::shared_ptr<grpc::ClientContext> context = *std::move(made);
  ++attempts_;
  {
    const MutexLock lock(mutex_);
    context_ = context;
    // There is no call yet: it then ends at once.
    if (cancelled_) context->TryCancel();
  }
  reply_.Clear();
  grpc::GenericStub(core_->connection().channel)
      .UnaryCall(context.get(), path_, {}, &request_, &reply_,
                 [self = shared_from_this()](const grpc::Status& answer) {
                   const NoWaiting no_waiting;
                   self->OnAnswer(answer);
                 });
}

void UnaryCall::OnAnswer(const grpc::Status& answer) {
  const absl::Status status = core_->StatusOf(answer);
  if (status.ok()) {
    core_->connection().budget.Succeeded();
    return End(status);
  }
  if (repeats_ == Repeats::kNever || !IsTransient(status) || cancelled()) {
    return End(status);
  }
  const bool may = core_->connection().budget.Failed();
  const auto pause =
      PauseBefore(status, attempts_, core_->options().retries, Chance());
  if (!may || !pause.has_value() || After(*pause) >= end_) return End(status);
  lost_one_ = lost_one_ || MayBeDone(status);

  const auto alarm = std::make_shared<grpc::Alarm>();
  {
    const MutexLock lock(mutex_);
    pause_ = alarm;
  }
  alarm->Set(
      std::chrono::system_clock::now() + absl::ToChronoMilliseconds(*pause),
      [self = shared_from_this()](bool) {
        const NoWaiting no_waiting;
        self->AfterPause();
      });
}

void UnaryCall::AfterPause() {
  {
    const MutexLock lock(mutex_);
    // It holds this call.
    pause_.reset();
  }
  cancelled() ? End(Cancelled()) : Attempt();
}

bool UnaryCall::cancelled() {
  const MutexLock lock(mutex_);
  return cancelled_;
}

void UnaryCall::Cancel() {
  std::shared_ptr<grpc::ClientContext> context;
  std::shared_ptr<grpc::Alarm> pause;
  {
    const MutexLock lock(mutex_);
    cancelled_ = true;
    context = context_;
    pause = pause_;
  }
  // gRPC may call back before it returns.
  if (context != nullptr) context->TryCancel();
  if (pause != nullptr) pause->Cancel();
}

void UnaryCall::End(absl::Status status) {
  if (lost_one_ && repeats_ == Repeats::kRefused) MarkLostAttempt(&status);
  const Done done = std::move(done_);
  done(status, &reply_);
}

absl::Status CallAndWait(const std::shared_ptr<const Core>& core,
                         const char* path, Repeats repeats,
                         const CallOptions& options,
                         const google::protobuf::MessageLite& request,
                         google::protobuf::MessageLite* reply) {
  auto status = CheckMayWait(path);
  if (!status.ok()) return status;
  grpc::ByteBuffer bytes;
  status = ToBytes(request, &bytes);
  if (!status.ok()) return status;
  const SteadyTime end = core->EndOf(options);
  std::string refused;
  bool lost_one = false;
  while (true) {
    CallOptions rest = options;
    rest.timeout = Until(end);
    const auto answer = std::make_shared<Answer>();
    const auto call = std::make_shared<UnaryCall>(
        core, path, repeats, std::move(rest), bytes,
        [answer](const absl::Status& ended, grpc::ByteBuffer* reply_bytes) {
          answer->Set(ended, reply_bytes);
        });
    call->Start(refused);
    status = answer->Wait(options.limits, [&call] { call->Cancel(); });
    if (lost_one) MarkLostAttempt(&status);
    if (status.ok()) return FromBytes(&answer->bytes(), reply);
    // Refused before it ran: another token may do.
    if (!absl::IsUnauthenticated(status) || call->token().empty() ||
        !refused.empty()) {
      return status;
    }
    refused = call->token();
    lost_one = HadLostAttempt(status);
  }
}

}  // namespace modelservice::client
