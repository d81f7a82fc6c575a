#include "modelservice/service/blocking_call.h"

#include <utility>

#include "modelservice/base/status_details.h"
#include "modelservice/service/access.h"
#include "modelservice/service/end_of_time.h"
#include "modelservice/service/flight.h"
#include "modelservice/service/guarded_call.h"
#include "modelservice/service/kept_messages.h"
#include "modelservice/service/reply_mask.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/service/stream_keeper.h"
#include "modelservice/service/wire_message.h"
#include "modelservice/stream.h"

namespace modelservice {
namespace {

class BlockingCall final : private GuardedCall, private MessageStream {
 public:
  BlockingCall(const ServicePlan& service, const MethodPlan& plan,
               grpc::CallbackServerContext* context)
      : GuardedCall(service, plan, context),
        takes_many_(plan.method->streaming != Streaming::kServer),
        sends_many_(plan.method->streaming != Streaming::kClient) {}

  Reactor* Start() {
    Begin();
    return this;
  }

  void OnMessageRead(bool ok) override { reads_.End(ok); }
  void OnWriteDone(bool ok) override { writes_.End(ok); }

 private:
  void Run(absl::Status admitted) override {
    if (!admitted.ok()) return End(admitted);
    end_of_time_.Set(call_);
    service_.executor->Post("stream", &call_, [this](const absl::Status& room) {
      room.ok() ? RunHere() : End(room);
    });
  }

  bool Read(google::protobuf::Message* message) override {
    message->Clear();
    if (!fault_.ok()) return false;
    const grpc::ByteBuffer* const bytes =
        keeps_incoming_ ? received_.Next() : Receive();
    if (bytes == nullptr) return false;
    fault_ = ParseMessage(*bytes, message);
    if (fault_.ok()) fault_ = CheckReceived(*message);
    return fault_.ok();
  }

  bool Write(WireBuffer wire) override {
    if (fault_.ok()) fault_ = MaskReply(service_, plan_, call_, &wire);
    if (fault_.ok()) fault_ = CheckSent(wire.bytes());
    if (!fault_.ok()) return false;
    if (!sends_many_) {
      last_ = ToByteBuffer(std::move(wire));
      return true;
    }
    if (keeps_outgoing_) {
      fault_ = sent_.Add(ToByteBuffer(std::move(wire)),
                         service_.bounds.stream_bytes);
      return fault_.ok();
    }
    return Send(ToByteBuffer(std::move(wire)));
  }

  // The client's next message; null after the last one, and when the call is
  // over.
  const grpc::ByteBuffer* Receive() {
    if (!takes_many_ || !reads_.Wait(call_.time_limit())) return nullptr;
    reads_.Start();
    StartRead(&incoming_);
    // What arrives later is dropped with the call.
    if (!reads_.Wait(call_.time_limit())) return nullptr;
    CountReceived(incoming_);
    return &incoming_;
  }

  bool Send(grpc::ByteBuffer message) {
    if (transaction_ != nullptr) transaction_->DoNotRunAgain();
    // The one before is on its way while the handler makes this one.
    const Flight::Landing landing = writes_.WaitUntil(
        transaction_ == nullptr ? kNever
                                : After(service_.streams->idle_time()));
    if (landing == Flight::Landing::kStillFlies) {
      fault_ = BoundReached(
          "The client takes no messages, and the method's transaction cannot "
          "wait longer for it (idle_stream).",
          "IDLE_STREAM");
      // What is on its way must not stay.
      call_.Cancel();
      writes_.Wait();
      return false;
    }
    if (landing == Flight::Landing::kFailed) return false;
    outgoing_ = std::move(message);
    writes_.Start();
    StartWrite(&outgoing_);
    return true;
  }

  void RunHere() {
    absl::Status status = RunMethod();
    if (SteadyNow() >= call_.time_limit()) {
      // The method saw its stream end, and need not know why.
      if (sends_many_) writes_.Wait();
      status = absl::DeadlineExceededError("The call took too long.");
    } else if (sends_many_ && !writes_.Wait() && status.ok()) {
      status = absl::CancelledError("The client went away.");
    }
    End(status);
  }

  absl::Status RunMethod() {
    const TransactionMode mode = TransactionOf(*plan_.method);
    if (mode == TransactionMode::kNone) return RunOnce();
    const bool writes = mode == TransactionMode::kWrite;
    if (takes_many_) {
      absl::Status status = TakeMessages();
      if (!status.ok()) return status;
    }
    keeps_outgoing_ = sends_many_ && writes;
    if (!sends_many_ || writes) return RunInTransaction(mode);
    // While its client takes what it sends, it holds a connection.
    absl::Status room = service_.budget->EnterReadingStream();
    if (!room.ok()) return room;
    absl::Status status = RunInTransaction(mode);
    service_.budget->LeaveReadingStream();
    return status;
  }

  absl::Status RunInTransaction(TransactionMode mode) {
    absl::Status status = service_.database->Transact(
        [this](Transaction& transaction) {
          transaction_ = &transaction;
          received_.Rewind();
          sent_.Clear();
          fault_ = absl::OkStatus();
          absl::Status run = RunOnce();
          transaction_ = nullptr;
          return run;
        },
        &call_, OptionsOf(*plan_.method, mode));
    if (status.ok()) SendKept();
    return status;
  }

  // The method, in the transaction where there is one.
  absl::Status RunOnce() {
    absl::Status status = Guarded([this] {
      const TenantsOfCall tenants(call_);
      const CallTenant works_for(tenants);
      return WithoutTenant(
          plan_.method->invoke(*service_.handler, call_, request(), *this),
          call_);
    });
    // A message that cannot be read, or was refused, ended the stream early.
    return fault_.ok() ? status : fault_;
  }

  // All messages of the client, before its transaction begins.
  absl::Status TakeMessages() {
    while (const grpc::ByteBuffer* message = Receive()) {
      absl::Status status =
          received_.Add(*message, service_.bounds.stream_bytes);
      if (!status.ok()) return status;
    }
    keeps_incoming_ = true;
    return CheckCall(&call_);
  }

  // What the method wrote, now that it is committed.
  void SendKept() {
    keeps_outgoing_ = false;
    while (const grpc::ByteBuffer* message = sent_.Next()) {
      if (!Send(*message)) return;
    }
  }

  void End(const absl::Status& status) {
    end_of_time_.Cancel();
    // Whoever forgives the error does not send what it kept back.
    if (!status.ok() && !sends_many_) last_ = CopyToByteBuffer("");
    LeaveWith([this, status] {
      grpc::Status answer = Leave(status);
      const bool has_last = answer.ok() && last_.Valid();
      EndWith(has_last ? &last_ : nullptr, std::move(answer));
    });
  }

  const bool takes_many_;
  const bool sends_many_;
  EndOfTime end_of_time_;
  Flight reads_;
  Flight writes_;
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;
  KeptMessages received_;
  KeptMessages sent_;
  bool keeps_incoming_ = false;
  bool keeps_outgoing_ = false;
  Transaction* transaction_ = nullptr;
  absl::Status fault_;
};

}  // namespace

Reactor* StartBlockingCall(const ServicePlan& service, const MethodPlan& plan,
                           grpc::CallbackServerContext* context) {
  return (new BlockingCall(service, plan, context))->Start();
}

}  // namespace modelservice
