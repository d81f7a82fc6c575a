#include "modelservice/service/async_call.h"

#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/async_stream.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/status_details.h"
#include "modelservice/service/end_of_time.h"
#include "modelservice/service/kept_context.h"
#include "modelservice/service/reply_mask.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/service/turns.h"
#include "modelservice/service/wire_message.h"

namespace modelservice {
namespace {

// While fewer bytes wait to be sent, whoever makes them may go on.
constexpr size_t kReadyBytes = 64 << 10;

// Kept by gRPC until it is done with the call, and by the handles. Those may
// stay for longer than the server: once the call has ended, nothing of the
// server is touched.
class AsyncCall final : public std::enable_shared_from_this<AsyncCall>,
                        private GuardedCall,
                        private AsyncMessages {
 public:
  static Reactor* Start(const ServicePlan& service, const MethodPlan& plan,
                        grpc::CallbackServerContext* context) {
    // Handles show the call after gRPC is done with it.
    KeepCall(*context);
    const std::shared_ptr<AsyncCall> call(new AsyncCall(service, plan, context),
                                          [context](AsyncCall* call) {
                                            delete call;
                                            DropCall(*context);
                                          });
    call->self_ = call;
    call->Begin();
    return call.get();
  }

 private:
  AsyncCall(const ServicePlan& service, const MethodPlan& plan,
            grpc::CallbackServerContext* context)
      : GuardedCall(service, plan, context),
        sends_many_(plan.method->streaming == Streaming::kServer ||
                    plan.method->streaming == Streaming::kBidi),
        turns_(*service.executor) {}

  // The way in.

  void Run(absl::Status admitted) override {
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

  void RunAnswered() override {
    if (plan_.method->streaming != Streaming::kUnary) {
      return GuardedCall::RunAnswered();
    }
    WireBuffer answer;
    absl::Status status = EncodeAnswer(&answer);
    End(std::move(status), kSendsMessages, std::move(answer));
  }

  void RunMethod() {
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

  // Runs the handler's code, and ends the call when that throws.
  template <class Code>
  void Call(Code&& code) {
    absl::Status status = Guarded([&] {
      code();
      return absl::OkStatus();
    });
    if (!status.ok()) End(std::move(status), kDropsMessages);
  }

  // What the handles do.

  const CallContext& context() const override { return call_; }

  bool over() const override {
    const MutexLock lock(mutex_);
    return decided_;
  }

  bool ready() const override {
    const MutexLock lock(mutex_);
    return !decided_ && waiting_bytes_ < kReadyBytes;
  }

  void OnReady(Ready ready) override {
    const MutexLock lock(mutex_);
    // The old one goes without the lock: it may have the last handle.
    std::swap(ready, on_ready_);
    if (decided_) std::swap(ready, on_ready_);
  }

  void WhenDone(Ended ended) override {
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

  absl::Status Write(WireBuffer wire) override {
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

  void Read(google::protobuf::Message* message, ReadEnd end) override {
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

  void Finish(absl::Status status, WireBuffer last) override {
    End(std::move(status), kSendsMessages, std::move(last));
  }

  absl::Status Over() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return drops_
               ? status_
               : absl::FailedPreconditionError("The call was ended by Finish.");
  }

  absl::Status TooMuchWaits() const {
    return BoundReached(
        absl::StrCat("The client takes no messages, and ",
                     service_.bounds.stream_bytes,
                     " bytes wait for it, as many as may (max_stream_bytes)."),
        "STREAM_TOO_LARGE");
  }

  // What gRPC says.

  void OnMessageRead(bool ok) override {
    turns_.Add(shared_from_this(),
               [call = shared_from_this(), ok] { call->TakeMessage(ok); });
  }

  void TakeMessage(bool ok) {
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

  void OnWriteDone(bool ok) override {
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

  void TellReady() {
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

  void OnGone() override {
    {
      const MutexLock lock(mutex_);
      if (!started_) return;
    }
    service_.executor->ContinueApart([call = shared_from_this()] {
      call->End(call->WhyGone(), kDropsMessages);
    });
  }

  absl::Status WhyGone() const {
    return SteadyNow() >= call_.ends_at()
               ? absl::DeadlineExceededError("The deadline passed.")
               : absl::CancelledError("The client went away.");
  }

  void OnDone() override {
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

  void Delete() override { self_.reset(); }

  void TellAll() {
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

  // The way out.

  enum Messages { kSendsMessages, kDropsMessages };

  // The call ends with this, the first time; behind the messages that wait to
  // be sent, unless they are dropped.
  void End(absl::Status status, Messages messages = kSendsMessages,
           WireBuffer last = {}) {
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

  // Takes the next step: sends a message, or leaves when there is none.
  void GoOn() {
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

  void CheckAndSend() {
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

  void Send(const absl::Status& checked) {
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

  void LeaveNow() {
    time_.Cancel();
    untaken_.Cancel();
    if (!LeavesOnExecutor()) return Answer();
    service_.executor->ContinueApart(
        [call = shared_from_this()] { call->Answer(); });
  }

  void Answer() {
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

  const bool sends_many_;
  // gRPC's part of the ownership.
  std::shared_ptr<AsyncCall> self_;
  Turns turns_;
  EndOfTime time_;
  EndOfTime untaken_;
  grpc::ByteBuffer incoming_;
  // Of the one message that is checked, and then written.
  WireBuffer outgoing_wire_;
  grpc::ByteBuffer outgoing_;

  mutable Mutex mutex_;
  // The method was, or will be, started.
  bool started_ ABSL_GUARDED_BY(mutex_) = false;
  // How it ends is known: `status_`.
  bool decided_ ABSL_GUARDED_BY(mutex_) = false;
  // No message is sent any more.
  bool drops_ ABSL_GUARDED_BY(mutex_) = false;
  // Its end is on its way to gRPC: nothing else is begun there.
  bool leaves_ ABSL_GUARDED_BY(mutex_) = false;
  bool all_told_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  WireBuffer last_message_ ABSL_GUARDED_BY(mutex_);
  // Functions of handles that use the server in this moment.
  int inside_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<WireBuffer> waiting_ ABSL_GUARDED_BY(mutex_);
  // Of these, and of the one on its way.
  size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t outgoing_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // Since when ready() is false, until OnReady was told.
  bool is_full_ ABSL_GUARDED_BY(mutex_) = false;
  bool checks_ ABSL_GUARDED_BY(mutex_) = false;
  bool writes_ ABSL_GUARDED_BY(mutex_) = false;
  google::protobuf::Message* reading_ ABSL_GUARDED_BY(mutex_) = nullptr;
  ReadEnd read_end_ ABSL_GUARDED_BY(mutex_);
  Ready on_ready_ ABSL_GUARDED_BY(mutex_);
  std::vector<Ended> when_done_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

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
