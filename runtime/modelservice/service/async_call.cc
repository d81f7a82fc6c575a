#include "modelservice/service/async_call.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/service/async_call_reactor.h"
#include "modelservice/service/reply_mask.h"
#include "modelservice/service/wire_message.h"

namespace modelservice {
namespace {

// While fewer bytes wait to be sent, whoever makes them may go on.
constexpr size_t kReadyBytes = 64 << 10;

}  // namespace

void AsyncCall::Run(absl::Status admitted) {
  if (!admitted.ok()) return End(std::move(admitted));
  const auto call = shared_from_this();
  {
    const MutexLock lock(mutex_);
    started_ = true;
    ++inside_;
  }
  time_.Set(call_.time_limit(), [weak = weak_from_this()] {
    auto call = weak.lock();
    if (call == nullptr) return;
    Executor& executor = *call->service_.executor;
    // Not here: the end waits for this.
    executor.ContinueApart([call = std::move(call)] {
      call->End(absl::DeadlineExceededError("The call took too long."),
                kDropsMessages);
    });
  });
  untaken_.Set(call_);
  service_.executor->Post("method", &call_, [call](const absl::Status& room) {
    if (room.ok()) {
      call->RunMethod();
      call->turns_.RunAll();
    } else {
      call->End(room);
      call->turns_.Leave(call);
    }
  });
  {
    const MutexLock lock(mutex_);
    --inside_;
  }
  // Of a client that went before it had started nobody was told.
  if (call_.cancelled()) OnGone();
  GoOn();
}

void AsyncCall::RunAnswered() {
  if (plan_.method->streaming != Streaming::kUnary) {
    return GuardedCall::RunAnswered();
  }
  WireBuffer answer;
  absl::Status status = EncodeAnswer(&answer);
  End(std::move(status), kSendsMessages, std::move(answer));
}

void AsyncCall::RunMethod() {
  {
    const MutexLock lock(mutex_);
    if (decided_) return;
  }
  const std::shared_ptr<AsyncMessages> handles(
      static_cast<AsyncMessages*>(this),
      [call = shared_from_this()](AsyncMessages*) {
        call->End(absl::InternalError(
            "the method let go of its call without Finish"));
      });
  Call([&] {
    plan_.method->start(*service_.handler, call_, request(), handles);
  });
}

bool AsyncCall::over() const {
  const MutexLock lock(mutex_);
  return decided_;
}

bool AsyncCall::ready() const {
  const MutexLock lock(mutex_);
  return !decided_ && waiting_bytes_ < kReadyBytes;
}

void AsyncCall::OnReady(Ready ready) {
  const MutexLock lock(mutex_);
  // The old one goes without the lock: it may have the last handle.
  std::swap(ready, on_ready_);
  if (decided_) std::swap(ready, on_ready_);
}

void AsyncCall::WhenDone(Ended ended) {
  absl::Status status;
  {
    const MutexLock lock(mutex_);
    if (!all_told_) {
      when_done_.push_back(std::move(ended));
      return;
    }
    status = status_;
  }
  ended(status);
}

absl::Status AsyncCall::Write(WireBuffer wire) {
  {
    const MutexLock lock(mutex_);
    if (decided_) return Over();
    if (waiting_bytes_ > 0 &&
        waiting_bytes_ + wire.size() > service_.bounds.stream_bytes) {
      return TooMuchWaits();
    }
    ++inside_;
  }
  const absl::Status status = MaskReply(service_, plan_, call_, &wire);
  {
    const MutexLock lock(mutex_);
    --inside_;
    if (status.ok() && !drops_) {
      waiting_bytes_ += wire.size();
      is_full_ = is_full_ || waiting_bytes_ >= kReadyBytes;
      waiting_.push_back(std::move(wire));
    }
  }
  if (!status.ok()) End(status, kDropsMessages);
  GoOn();
  return status;
}

void AsyncCall::Read(google::protobuf::Message* message, ReadEnd end) {
  bool starts;
  bool is_second;
  {
    const MutexLock lock(mutex_);
    is_second = !decided_ && reading_ != nullptr;
    starts = !decided_ && reading_ == nullptr;
    if (starts) {
      reading_ = message;
      read_end_ = std::move(end);
      ++inside_;
    }
  }
  if (starts) {
    StartRead(&incoming_);
    {
      const MutexLock lock(mutex_);
      --inside_;
    }
    return GoOn();
  }
  if (is_second) {
    End(absl::InternalError("Read was called while another Read waited"),
        kDropsMessages);
  }
  // NOLINTNEXTLINE(bugprone-use-after-move): moved where the read starts.
  end(false);
}

void AsyncCall::Finish(absl::Status status, WireBuffer last) {
  End(std::move(status), kSendsMessages, std::move(last));
}

absl::Status AsyncCall::Over() const {
  return drops_
             ? status_
             : absl::FailedPreconditionError("The call was ended by Finish.");
}

absl::Status AsyncCall::TooMuchWaits() const {
  return BoundReached(
      absl::StrCat("The client takes no messages, and ",
                   service_.bounds.stream_bytes,
                   " bytes wait for it, as many as may (max_stream_bytes)."),
      "STREAM_TOO_LARGE");
}

void AsyncCall::OnMessageRead(bool ok) {
  turns_.Add(shared_from_this(),
             [call = shared_from_this(), ok] { call->TakeMessage(ok); });
}

void AsyncCall::TakeMessage(bool ok) {
  google::protobuf::Message* message;
  ReadEnd end;
  {
    const MutexLock lock(mutex_);
    message = std::exchange(reading_, nullptr);
    end = std::exchange(read_end_, nullptr);
    ok = ok && !decided_;
    if (ok) ++inside_;
  }
  if (ok) {
    CountReceived(incoming_);
    absl::Status fault = ParseMessage(incoming_, message);
    if (fault.ok()) fault = CheckReceived(*message);
    {
      const MutexLock lock(mutex_);
      --inside_;
    }
    ok = fault.ok();
    ok ? GoOn() : End(std::move(fault), kDropsMessages);
  }
  Call([&] { end(ok); });
}

void AsyncCall::OnWriteDone(bool ok) {
  const NoWaiting on_grpcs_thread;
  bool ready = false;
  {
    const MutexLock lock(mutex_);
    writes_ = false;
    waiting_bytes_ -= outgoing_bytes_;
    if (is_full_ && !decided_ && waiting_bytes_ < kReadyBytes) {
      is_full_ = false;
      ready = on_ready_ != nullptr;
    }
  }
  if (ready) {
    turns_.Add(shared_from_this(),
               [call = shared_from_this()] { call->TellReady(); });
  }
  if (!ok) return End(WhyGone(), kDropsMessages);
  GoOn();
}

void AsyncCall::TellReady() {
  Ready ready;
  {
    const MutexLock lock(mutex_);
    ready = std::exchange(on_ready_, nullptr);
  }
  if (ready == nullptr) return;
  Call(ready);
  const MutexLock lock(mutex_);
  // Unless it has set another one.
  if (on_ready_ == nullptr && !decided_) std::swap(on_ready_, ready);
}

void AsyncCall::OnGone() {
  {
    const MutexLock lock(mutex_);
    if (!started_) return;
  }
  service_.executor->ContinueApart([call = shared_from_this()] {
    call->End(call->WhyGone(), kDropsMessages);
  });
}

absl::Status AsyncCall::WhyGone() const {
  return SteadyNow() >= call_.ends_at()
             ? absl::DeadlineExceededError("The deadline passed.")
             : absl::CancelledError("The client went away.");
}

void AsyncCall::OnDone() {
  bool started;
  {
    const MutexLock lock(mutex_);
    started = started_;
  }
  if (started) {
    turns_.Add(shared_from_this(),
               [call = shared_from_this()] { call->TellAll(); });
  }
  GuardedCall::OnDone();
}

void AsyncCall::TellAll() {
  std::vector<Ended> when_done;
  Ready unused;
  absl::Status status;
  {
    const MutexLock lock(mutex_);
    all_told_ = true;
    when_done.swap(when_done_);
    std::swap(unused, on_ready_);
    status = status_;
  }
  for (Ended& ended : when_done) Call([&] { ended(status); });
}

Reactor* StartAsyncCall(const ServicePlan& service, const MethodPlan& plan,
                        grpc::CallbackServerContext* context) {
  return AsyncCall::Start(service, plan, context);
}

absl::Status CheckStarts(const Service& service, const Overrides& overrides) {
  for (size_t i = 0; i < service.methods.size(); ++i) {
    const Method& method = service.methods[i];
    if (!overrides.Starts(static_cast<int>(i)) ||
        method.transaction == TransactionMode::kNone) {
      continue;
    }
    return absl::InvalidArgumentError(absl::StrCat(
        method.path,
        ": it is implemented by Start..., which goes on after it has "
        "returned, and so cannot run in the transaction that its options "
        "give it; drop `transaction`, or implement the method itself"));
  }
  return absl::OkStatus();
}

}  // namespace modelservice
