#include "modelservice/service/blocking_call.h"

#include <type_traits>
#include <utility>

#include "modelservice/base/status_details.h"
#include "modelservice/service/end_of_time.h"
#include "modelservice/service/flight.h"
#include "modelservice/service/guarded_call.h"
#include "modelservice/service/kept_messages.h"
#include "modelservice/service/reply_mask.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/service/stream.h"
#include "modelservice/service/stream_keeper.h"
#include "modelservice/service/wire_message.h"

namespace modelservice {
namespace {

using WriteReactor = grpc::ServerWriteReactor<grpc::ByteBuffer>;
using ReadReactor = grpc::ServerReadReactor<grpc::ByteBuffer>;
using BidiReactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// The part that every shape shares: running the method and its answer.
template <class Reactor>
class BlockingCall : public Reactor,
                     protected GuardedCall,
                     protected MessageStream {
 public:
  BlockingCall(const ServicePlan& service, const MethodPlan& plan,
               grpc::CallbackServerContext* context,
               const grpc::ByteBuffer* request)
      : GuardedCall(service, plan, context, request) {}

  void Start() {
    Enter([this](const absl::Status& admitted) {
      if (!admitted.ok()) return End(admitted);
      end_of_time_.Set(call_);
      service_.executor->Post(
          "stream", &call_,
          [this](const absl::Status& room) { room.ok() ? Run() : End(room); });
    });
  }

  void OnDone() override {
    LeaveWith([this] {
      SendFinished();
      delete this;
    });
  }

 protected:
  static constexpr bool kReads = !std::is_same_v<Reactor, WriteReactor>;
  static constexpr bool kWrites = !std::is_same_v<Reactor, ReadReactor>;

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
    if constexpr (!kWrites) {
      *reply_ = ToByteBuffer(std::move(wire));
      return true;
    }
    if (keeps_outgoing_) {
      fault_ = sent_.Add(ToByteBuffer(std::move(wire)),
                         service_.bounds.stream_bytes);
      return fault_.ok();
    }
    return Send(ToByteBuffer(std::move(wire)));
  }

  // gRPC's callbacks; each overrides one where the shape has it.
  void OnReadDone(bool ok) { reads_.End(ok); }
  void OnWriteDone(bool ok) { writes_.End(ok); }

  grpc::ByteBuffer* reply_ = nullptr;  // of a client stream

 private:
  // The client's next message; null after the last one, and when the call is
  // over.
  const grpc::ByteBuffer* Receive() {
    if constexpr (kReads) {
      if (!reads_.Wait(call_.time_limit())) return nullptr;
      reads_.Start();
      this->StartRead(&incoming_);
      // What arrives later is dropped with the call.
      if (reads_.Wait(call_.time_limit())) return &incoming_;
    }
    return nullptr;
  }

  bool Send(grpc::ByteBuffer message) {
    if constexpr (kWrites) {
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
      this->StartWrite(&outgoing_);
    }
    return true;
  }

  void Run() {
    absl::Status status = RunMethod();
    if (SteadyNow() >= call_.time_limit()) {
      // The method saw its stream end, and need not know why.
      if (kWrites) writes_.Wait();
      status = absl::DeadlineExceededError("The call took too long.");
    } else if (kWrites && !writes_.Wait() && status.ok()) {
      status = absl::CancelledError("The client went away.");
    }
    End(status);
  }

  absl::Status RunMethod() {
    const TransactionMode mode = TransactionOf(*plan_.method);
    if (mode == TransactionMode::kNone) return RunOnce();
    const bool writes = mode == TransactionMode::kWrite;
    if (kReads) {
      absl::Status status = TakeMessages();
      if (!status.ok()) return status;
    }
    keeps_outgoing_ = kWrites && writes;
    if (!kWrites || writes) return RunInTransaction(mode);
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
      return plan_.method->invoke(*service_.handler, call_, request(), *this);
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
    LeaveWith([this, status] { this->Finish(Leave(status)); });
  }

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

class ServerStreamCall final : public BlockingCall<WriteReactor> {
 public:
  using BlockingCall::BlockingCall;
  void OnWriteDone(bool ok) override { BlockingCall::OnWriteDone(ok); }
};

class ClientStreamCall final : public BlockingCall<ReadReactor> {
 public:
  ClientStreamCall(const ServicePlan& service, const MethodPlan& plan,
                   grpc::CallbackServerContext* context,
                   grpc::ByteBuffer* response)
      : BlockingCall(service, plan, context, nullptr) {
    reply_ = response;
  }
  void OnReadDone(bool ok) override { BlockingCall::OnReadDone(ok); }
};

class BidiStreamCall final : public BlockingCall<BidiReactor> {
 public:
  using BlockingCall::BlockingCall;
  void OnReadDone(bool ok) override { BlockingCall::OnReadDone(ok); }
  void OnWriteDone(bool ok) override { BlockingCall::OnWriteDone(ok); }
};

}  // namespace

WriteReactor* StartServerStream(const ServicePlan& service,
                                const MethodPlan& plan,
                                grpc::CallbackServerContext* context,
                                const grpc::ByteBuffer& request) {
  auto* call = new ServerStreamCall(service, plan, context, &request);
  call->Start();
  return call;
}

ReadReactor* StartClientStream(const ServicePlan& service,
                               const MethodPlan& plan,
                               grpc::CallbackServerContext* context,
                               grpc::ByteBuffer* response) {
  auto* call = new ClientStreamCall(service, plan, context, response);
  call->Start();
  return call;
}

BidiReactor* StartBidiStream(const ServicePlan& service, const MethodPlan& plan,
                             grpc::CallbackServerContext* context) {
  auto* call = new BidiStreamCall(service, plan, context, nullptr);
  call->Start();
  return call;
}

}  // namespace modelservice
