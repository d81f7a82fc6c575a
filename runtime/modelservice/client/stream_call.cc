#include "modelservice/client/stream_call.h"

#include <grpcpp/generic/generic_stub.h>

#include <utility>

#include "modelservice/base/waiting.h"
#include "modelservice/client/wait.h"

namespace modelservice::client {
namespace {

// Messages that wait for the caller: enough that neither waits for the other's
// thread each time.
constexpr size_t kAhead = 16;

}  // namespace

std::shared_ptr<StreamCall> StreamCall::Start(std::shared_ptr<const Core> core,
                                              const char* path,
                                              CallOptions options,
                                              const grpc::ByteBuffer* first,
                                              const std::string& refused) {
  auto call = std::make_shared<StreamCall>(std::move(core), std::move(options));
  const auto context = [&]() -> absl::Status {
    auto status = CheckMayWait(path);
    if (status.ok()) status = call->core_->status();
    if (!status.ok()) return status;
    const SteadyTime end = call->core_->EndOf(call->options_);
    auto token = call->core_->Token(call->options_, end, refused);
    if (!token.ok()) return token.status();
    call->token_ = *std::move(token);
    auto made = call->core_->NewContext(call->options_, end, call->token_);
    if (!made.ok()) return made.status();
    call->context_ = *std::move(made);
    return absl::OkStatus();
  }();
  MutexLock lock(call->mutex_);
  if (!context.ok()) {
    call->status_ = context;
    call->read_all_ = call->writes_done_ = true;
    call->held_ = false;
    return call;
  }
  call->self_ = call;
  call->reading_ = true;
  if (first != nullptr) {
    call->outgoing_ = *first;
    call->writing_ = call->writes_done_ = true;
  }
  lock.Unlock();
  grpc::GenericStub(call->core_->connection().channel)
      .PrepareBidiStreamingCall(call->context_.get(), path, {}, call.get());
  // Reads and writes come from the caller's threads, too.
  call->AddHold();
  call->StartRead(&call->incoming_);
  if (first != nullptr) {
    call->StartWriteLast(&call->outgoing_, grpc::WriteOptions());
  }
  call->StartCall();
  return call;
}

void StreamCall::Wait() {
  const bool asks = !told_to_end_;
  if (changed_.WaitUntil(mutex_, NextLook(asks ? options_.limits : nullptr))) {
    return;
  }
  if (options_.limits->cancelled() && !status_.has_value()) {
    told_to_end_ = true;
    Cancel();
  }
}

// gRPC may call back before it returns.
void StreamCall::Cancel() {
  mutex_.Unlock();
  context_->TryCancel();
  mutex_.Lock();
}

void StreamCall::GoOn() {
  if (!read_all_) {
    if (reading_) return;
    if (dropping_) messages_.clear();
    if (messages_.size() >= kAhead) return;
    reading_ = true;
    mutex_.Unlock();
    StartRead(&incoming_);
    mutex_.Lock();
    return;
  }
  // After the last message nothing that is sent arrives.
  writes_done_ = true;
  if (!held_ || writing_) return;
  held_ = false;
  mutex_.Unlock();
  RemoveHold();
  mutex_.Lock();
}

bool StreamCall::Write(grpc::ByteBuffer message) {
  MutexLock lock(mutex_);
  while (writing_ && !writes_done_) Wait();
  if (writes_done_) return false;
  writing_ = true;
  outgoing_ = std::move(message);
  lock.Unlock();
  StartWrite(&outgoing_);
  return true;
}

void StreamCall::WritesDone() {
  MutexLock lock(mutex_);
  while (writing_ && !writes_done_) Wait();
  if (writes_done_) return;
  writing_ = writes_done_ = true;
  lock.Unlock();
  StartWritesDone();
}

bool StreamCall::Read(grpc::ByteBuffer* message) {
  const MutexLock lock(mutex_);
  while (messages_.empty() && !read_all_) Wait();
  if (messages_.empty()) return false;
  message->Swap(&messages_.front());
  messages_.pop_front();
  GoOn();
  return true;
}

absl::Status StreamCall::Finish() {
  WritesDone();
  const MutexLock lock(mutex_);
  dropping_ = true;
  if (!status_.has_value()) GoOn();
  while (!status_.has_value()) Wait();
  return fault_.ok() ? *status_ : fault_;
}

void StreamCall::Abandon() {
  const MutexLock lock(mutex_);
  dropping_ = true;
  if (status_.has_value()) return;
  Cancel();
  GoOn();
}

void StreamCall::Fail(const absl::Status& fault) {
  {
    const MutexLock lock(mutex_);
    if (fault_.ok()) fault_ = fault;
  }
  Abandon();
}

void StreamCall::OnReadDone(bool ok) {
  const NoWaiting no_waiting;
  const MutexLock lock(mutex_);
  reading_ = false;
  if (ok) {
    messages_.emplace_back();
    messages_.back().Swap(&incoming_);
  } else {
    read_all_ = true;
  }
  changed_.NotifyAll();
  GoOn();
}

void StreamCall::OnWriteDone(bool ok) {
  const NoWaiting no_waiting;
  const MutexLock lock(mutex_);
  writing_ = false;
  if (!ok) writes_done_ = true;
  changed_.NotifyAll();
  if (read_all_) GoOn();
}

void StreamCall::OnDone(const grpc::Status& status) {
  const NoWaiting no_waiting;
  // Goes last, for it may be all that holds this.
  std::shared_ptr<StreamCall> self;
  const MutexLock lock(mutex_);
  self = std::move(self_);
  status_ = core_->StatusOf(status);
  read_all_ = writes_done_ = true;
  changed_.NotifyAll();
}

}  // namespace modelservice::client
