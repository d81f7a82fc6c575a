// AsyncCall's way out: messages, one by one, and the end behind them.
#include <utility>

#include "modelservice/service/async_call_reactor.h"
#include "modelservice/service/reply_mask.h"
#include "modelservice/service/wire_message.h"

namespace modelservice {

void AsyncCall::End(absl::Status status, Messages messages, WireBuffer last) {
  std::deque<WireBuffer> dropped;
  {
    const MutexLock lock(mutex_);
    if (!decided_) {
      decided_ = true;
      status_ = std::move(status);
      last_message_ = std::move(last);
    } else if (messages == kSendsMessages || drops_ || leaves_) {
      return;
    } else if (status_.ok() && (writes_ || !waiting_.empty())) {
      // Not all that was finished well has come to the client.
      status_ = std::move(status);
    }
    if (messages == kDropsMessages) {
      drops_ = true;
      dropped.swap(waiting_);
    }
  }
  GoOn();
}

void AsyncCall::GoOn() {
  bool checks = false;
  {
    const MutexLock lock(mutex_);
    if (leaves_ || writes_) return;
    if (!waiting_.empty()) {
      if (checks_) return;
      checks = checks_ = true;
      outgoing_wire_ = std::move(waiting_.front());
      waiting_.pop_front();
    } else if (decided_ && inside_ == 0 && (drops_ || !checks_)) {
      leaves_ = true;
    } else {
      return;
    }
  }
  if (!checks) return LeaveNow();
  if (plan_.chain.sees_messages()) {
    // Counted there.
    turns_.Add(shared_from_this(),
               [call = shared_from_this()] { call->CheckAndSend(); });
  } else {
    CountSent(outgoing_wire_.size());
    Send(absl::OkStatus());
  }
}

void AsyncCall::CheckAndSend() {
  bool drops;
  {
    const MutexLock lock(mutex_);
    drops = drops_;
    if (drops) {
      checks_ = false;
    } else {
      // The interceptors are not left while one looks at a message.
      ++inside_;
    }
  }
  if (drops) return GoOn();
  const absl::Status checked = CheckSent(outgoing_wire_.bytes());
  {
    const MutexLock lock(mutex_);
    --inside_;
  }
  Send(checked);
}

void AsyncCall::Send(const absl::Status& checked) {
  bool writes;
  {
    const MutexLock lock(mutex_);
    checks_ = false;
    outgoing_bytes_ = outgoing_wire_.size();
    writes = writes_ = checked.ok() && !drops_;
  }
  if (!checked.ok()) return End(checked, kDropsMessages);
  if (!writes) return GoOn();
  outgoing_ = ToByteBuffer(std::move(outgoing_wire_));
  StartWrite(&outgoing_);
}

void AsyncCall::LeaveNow() {
  time_.Cancel();
  untaken_.Cancel();
  if (!LeavesOnExecutor()) return Answer();
  service_.executor->ContinueApart(
      [call = shared_from_this()] { call->Answer(); });
}

void AsyncCall::Answer() {
  absl::Status status;
  WireBuffer last;
  {
    const MutexLock lock(mutex_);
    status = status_;
    last = std::move(last_message_);
  }
  if (status.ok() && plan_.method->streaming == Streaming::kUnary) {
    status = PassReply(/*is_own=*/true, &last);
  } else if (status.ok() && !sends_many_) {
    status = MaskReply(service_, plan_, call_, &last);
    if (status.ok()) status = CheckSent(last.bytes());
  }
  // Whoever forgives the error does not send what it kept back.
  if (!status.ok()) last.clear();
  {
    const MutexLock lock(mutex_);
    status_ = status;
  }
  grpc::Status told = Leave(std::move(status));
  call_.Answered();
  const bool has_last = told.ok() && !sends_many_;
  if (has_last) last_ = ToByteBuffer(std::move(last));
  EndWith(has_last ? &last_ : nullptr, std::move(told));
}

}  // namespace modelservice
