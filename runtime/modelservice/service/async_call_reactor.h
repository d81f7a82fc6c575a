// The call behind StartAsyncCall: its state, which the handles and gRPC change
// from their threads, and the steps between.
#ifndef MODELSERVICE_SERVICE_ASYNC_CALL_REACTOR_H_
#define MODELSERVICE_SERVICE_ASYNC_CALL_REACTOR_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

#include "modelservice/async_stream.h"
#include "modelservice/base/mutex.h"
#include "modelservice/service/end_of_time.h"
#include "modelservice/service/guarded_call.h"
#include "modelservice/service/kept_context.h"
#include "modelservice/service/plan.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/service/turns.h"

namespace modelservice {

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
  void Run(absl::Status admitted) override;
  void RunAnswered() override;
  void RunMethod();
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
  bool over() const override;
  bool ready() const override;
  void OnReady(Ready ready) override;
  void WhenDone(Ended ended) override;
  absl::Status Write(WireBuffer wire) override;
  void Read(google::protobuf::Message* message, ReadEnd end) override;
  void Finish(absl::Status status, WireBuffer last) override;
  absl::Status Over() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status TooMuchWaits() const;

  // What gRPC says.
  void OnMessageRead(bool ok) override;
  void TakeMessage(bool ok);
  void OnWriteDone(bool ok) override;
  void TellReady();
  void OnGone() override;
  absl::Status WhyGone() const;
  void OnDone() override;
  void Delete() override { self_.reset(); }
  void TellAll();

  // The way out.

  enum Messages { kSendsMessages, kDropsMessages };
  // The call ends with this, the first time; behind the messages that wait to
  // be sent, unless they are dropped.
  void End(absl::Status status, Messages messages = kSendsMessages,
           WireBuffer last = {});
  // Takes the next step: sends a message, or leaves when there is none.
  void GoOn();
  void CheckAndSend();
  void Send(const absl::Status& checked);
  void LeaveNow();
  void Answer();

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

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_ASYNC_CALL_REACTOR_H_
