#include "modelservice/client/started_stream.h"

#include <grpcpp/generic/generic_stub.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/waiting.h"
#include "modelservice/client/reader.h"
#include "modelservice/client/streams.h"
#include "modelservice/client/wire.h"

namespace modelservice::client {

std::shared_ptr<StartedStream> StartedStream::Start(
    const std::shared_ptr<const Core>& core, const char* path,
    const CallOptions& options, const grpc::ByteBuffer* first,
    Receiver receiver) {
  auto call = std::make_shared<StartedStream>(core, std::move(receiver));
  call->self_ = call;
  if (first != nullptr) {
    call->outgoing_ = *first;
    const MutexLock lock(call->mutex_);
    call->writes_done_ = call->told_writes_done_ = true;
  }
  if (!core->status().ok()) {
    call->EndUnsent(core->status());
    return call;
  }
  const SteadyTime end = core->EndOf(options);
  core->TokenAside(options, end, [call, path, options, end](const auto& token) {
    if (!token.ok()) return call->EndUnsent(token.status());
    auto context = call->core_->NewContext(options, end, *token);
    if (!context.ok()) return call->EndUnsent(context.status());
    call->Begin(path, *std::move(context));
  });
  return call;
}

void StartedStream::Begin(const char* path,
                          std::unique_ptr<grpc::ClientContext> context) {
  // It may be over, and gone, before this returns.
  const std::shared_ptr<StartedStream> self = self_;
  MutexLock lock(mutex_);
  context_ = std::move(context);
  if (cancelled_) context_->TryCancel();
  const bool sends_one = told_writes_done_;
  held_ = !sends_one;
  grpc::ClientContext* const of = context_.get();
  lock.Unlock();
  grpc::GenericStub(core_->connection().channel)
      .PrepareBidiStreamingCall(of, path, {}, this);
  if (sends_one) {
    StartWriteLast(&outgoing_, grpc::WriteOptions());
  } else {
    // Writes come from the caller's threads.
    AddHold();
  }
  StartRead(&incoming_);
  StartCall();
  if (sends_one) return;
  lock.Lock();
  writing_ = false;
  // What was written meanwhile.
  Send();
}

void StartedStream::EndUnsent(const absl::Status& status) {
  fault_ = status;
  EndReads();
  OnDone(grpc::Status());
}

void StartedStream::Cancel() {
  MutexLock lock(mutex_);
  cancelled_ = true;
  grpc::ClientContext* const context = context_.get();
  lock.Unlock();
  // gRPC may call back before it returns.
  if (context != nullptr) context->TryCancel();
}

absl::Status StartedStream::Write(grpc::ByteBuffer message) {
  const MutexLock lock(mutex_);
  if (writes_done_) {
    return absl::FailedPreconditionError("WritesDone was before this message.");
  }
  if (over_) return absl::CancelledError("The call is over.");
  const size_t most = core_->options().max_queued_bytes;
  const size_t size = message.Length();
  if (!queue_.empty() && queued_bytes_ + size > most) {
    return absl::ResourceExhaustedError(
        absl::StrCat("Messages of ", queued_bytes_,
                     " bytes wait to be sent, and this one has ", size,
                     ": write while ready(), or raise "
                     "ClientOptions::max_queued_bytes, which is ",
                     most, "."));
  }
  queued_bytes_ += size;
  queue_.push_back(std::move(message));
  Send();
  return absl::OkStatus();
}

void StartedStream::WritesDone() {
  const MutexLock lock(mutex_);
  writes_done_ = true;
  Send();
}

bool StartedStream::ready() const {
  const MutexLock lock(mutex_);
  return IsReady();
}

void StartedStream::OnReady(std::function<void()> ready) {
  const MutexLock lock(mutex_);
  // What it holds may hold this.
  if (!over_) ready_.swap(ready);
}

void StartedStream::Drop() {
  {
    const MutexLock lock(mutex_);
    if (writes_done_ || over_) return;
  }
  Cancel();
}

void StartedStream::Send() {
  if (writing_) return;
  const bool all_sent = queue_.empty() && writes_done_;
  if (over_ || told_writes_done_) {
    if (!held_) return;
    held_ = false;
    mutex_.Unlock();
    RemoveHold();
    mutex_.Lock();
  } else if (all_sent) {
    writing_ = told_writes_done_ = true;
    mutex_.Unlock();
    StartWritesDone();
    mutex_.Lock();
  } else if (!queue_.empty()) {
    writing_ = true;
    outgoing_.Swap(&queue_.front());
    queue_.pop_front();
    queued_bytes_ -= outgoing_.Length();
    mutex_.Unlock();
    StartWrite(&outgoing_);
    mutex_.Lock();
  }
}

void StartedStream::OnWriteDone(bool) {
  const NoWaiting no_waiting;
  const MutexLock lock(mutex_);
  writing_ = false;
  became_ready_ = became_ready_ || IsReady();
  Send();
  // The next write may end, on another thread, while this one is told.
  while (became_ready_ && IsReady() && ready_ && !telling_) {
    telling_ = true;
    became_ready_ = false;
    // What it holds may hold this, and end with it.
    std::function<void()> ready = ready_;
    mutex_.Unlock();
    ready();
    ready = nullptr;
    mutex_.Lock();
    telling_ = false;
  }
}

void StartedStream::OnReadDone(bool ok) {
  if (!ok) return EndReads();
  const NoWaiting no_waiting;
  fault_ = FromBytes(&incoming_, receiver_.message);
  if (fault_.ok() && !receiver_.take()) {
    fault_ = absl::CancelledError("The caller wanted no more.");
  }
  if (fault_.ok()) return StartRead(&incoming_);
  Cancel();
  EndReads();
}

void StartedStream::EndReads() {
  std::deque<grpc::ByteBuffer> unsent;
  const MutexLock lock(mutex_);
  over_ = true;
  unsent.swap(queue_);
  Send();
}

void StartedStream::OnDone(const grpc::Status& status) {
  const NoWaiting no_waiting;
  const std::shared_ptr<StartedStream> self = std::move(self_);
  // What they hold may hold this.
  const Receiver receiver = std::move(receiver_);
  std::function<void()> ready;
  {
    const MutexLock lock(mutex_);
    over_ = true;
    ready.swap(ready_);
  }
  receiver.done(fault_.ok() ? core_->StatusOf(status) : fault_);
}

CallHandle StartReading(const std::shared_ptr<const Core>& core,
                        const char* path, const CallOptions& options,
                        const google::protobuf::MessageLite& request,
                        google::protobuf::MessageLite* message,
                        std::function<bool()> take,
                        std::function<void(const absl::Status&)> done) {
  grpc::ByteBuffer bytes;
  if (const absl::Status fault = ToBytes(request, &bytes); !fault.ok()) {
    done(fault);
    return CallHandle();
  }
  auto call = StartedStream::Start(core, path, options, &bytes,
                                   {message, std::move(take), std::move(done)});
  return CallHandle([call = std::move(call)] { call->Cancel(); });
}

}  // namespace modelservice::client
