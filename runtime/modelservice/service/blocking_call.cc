#include "modelservice/service/blocking_call.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "modelservice/service/end_of_time.h"
#include "modelservice/service/guarded_call.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/service/stream.h"
#include "modelservice/service/wire_message.h"

namespace modelservice {
namespace {

using WriteReactor = grpc::ServerWriteReactor<grpc::ByteBuffer>;
using ReadReactor = grpc::ServerReadReactor<grpc::ByteBuffer>;
using BidiReactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// One gRPC operation at a time, started by the worker and ended by a callback.
class Flight {
 public:
  void Start() {
    std::lock_guard<std::mutex> lock(mutex_);
    flying_ = true;
  }
  void End(bool ok) {
    // Under the lock, so that the waiter cannot destroy this before notify_all.
    std::lock_guard<std::mutex> lock(mutex_);
    flying_ = false;
    ok_ = ok_ && ok;
    landed_.notify_all();
  }
  // Waits until nothing flies. False once an operation has failed.
  bool Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    landed_.wait(lock, [this] { return !flying_; });
    return ok_;
  }
  // The same, but false at `until` when it still flies.
  bool WaitUntil(absl::Time until) {
    if (until == absl::InfiniteFuture()) return Wait();
    std::unique_lock<std::mutex> lock(mutex_);
    return landed_.wait_until(lock, absl::ToChronoTime(until), [this] {
      return !flying_;
    }) && ok_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable landed_;
  bool flying_ = false;
  bool ok_ = true;
};

// The part that every shape shares: running the method and its answer.
template <class Reactor>
class BlockingCall : public Reactor,
                     protected GuardedCall,
                     protected MessageStream {
 public:
  BlockingCall(const ServicePlan& service, const MethodPlan& plan,
               WorkerPool& workers, grpc::CallbackServerContext* context,
               const grpc::ByteBuffer* request)
      : GuardedCall(service, plan, workers, context, request) {}

  void Start() {
    Enter([this](const absl::Status& admitted) {
      if (!admitted.ok()) return End(admitted);
      end_of_time_.Set(call_);
      workers_.Post([this] { Run(); });
    });
  }

  void OnDone() override {
    SendFinished();
    delete this;
  }

 protected:
  static constexpr bool kReads = !std::is_same_v<Reactor, WriteReactor>;
  static constexpr bool kWrites = !std::is_same_v<Reactor, ReadReactor>;

  bool Read(google::protobuf::Message* message) override {
    if constexpr (kReads) {
      message->Clear();
      if (!fault_.ok() || !reads_.WaitUntil(call_.time_limit())) return false;
      reads_.Start();
      this->StartRead(&incoming_);
      // What arrives later is dropped with the call.
      if (!reads_.WaitUntil(call_.time_limit())) return false;
      fault_ = ParseMessage(incoming_, message);
      if (fault_.ok()) fault_ = CheckReceived(*message);
      return fault_.ok();
    } else {
      (void)message;
      return false;
    }
  }

  bool Write(WireBuffer wire) override {
    if (fault_.ok()) fault_ = CheckSent(wire.bytes());
    if (!fault_.ok()) return false;
    if constexpr (kWrites) {
      // The one before is on its way while the handler makes this one.
      if (!writes_.Wait()) return false;
      outgoing_ = ToByteBuffer(std::move(wire));
      writes_.Start();
      this->StartWrite(&outgoing_);
      return true;
    } else {
      *reply_ = ToByteBuffer(std::move(wire));
      return true;
    }
  }

  // gRPC's callbacks; each overrides one where the shape has it.
  void OnReadDone(bool ok) { reads_.End(ok); }
  void OnWriteDone(bool ok) { writes_.End(ok); }

  grpc::ByteBuffer* reply_ = nullptr;  // of a client stream

 private:
  void Run() {
    absl::Status status = RunMethod();
    if (absl::Now() >= call_.time_limit()) {
      // The method saw its stream end, and need not know why.
      if (kWrites) writes_.Wait();
      status = absl::DeadlineExceededError("The call took too long.");
    } else if (kWrites && !writes_.Wait() && status.ok()) {
      status = absl::CancelledError("The client went away.");
    }
    End(status);
  }

  absl::Status RunMethod() {
    auto body = [this] {
      const absl::Status status =
          plan_.method->invoke(*service_.handler, call_, request(), *this);
      // A message that cannot be read, or was refused, ended the stream early.
      return fault_.ok() ? status : fault_;
    };
    const auto guarded = [&](Transaction&) { return Guarded(body); };
    switch (TransactionOf(*plan_.method)) {
      case TransactionMode::kRead:
        return service_.database->Read(guarded, &call_);
      case TransactionMode::kWrite:
        return service_.database->Transact(guarded, &call_);
      case TransactionMode::kNone:
        break;
    }
    return Guarded(body);
  }

  void End(const absl::Status& status) {
    end_of_time_.Cancel();
    this->Finish(Leave(status));
  }

  EndOfTime end_of_time_;
  Flight reads_;
  Flight writes_;
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;
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
                   WorkerPool& workers, grpc::CallbackServerContext* context,
                   grpc::ByteBuffer* response)
      : BlockingCall(service, plan, workers, context, nullptr) {
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
                                const MethodPlan& plan, WorkerPool& workers,
                                grpc::CallbackServerContext* context,
                                const grpc::ByteBuffer& request) {
  auto* call = new ServerStreamCall(service, plan, workers, context, &request);
  call->Start();
  return call;
}

ReadReactor* StartClientStream(const ServicePlan& service,
                               const MethodPlan& plan, WorkerPool& workers,
                               grpc::CallbackServerContext* context,
                               grpc::ByteBuffer* response) {
  auto* call = new ClientStreamCall(service, plan, workers, context, response);
  call->Start();
  return call;
}

BidiReactor* StartBidiStream(const ServicePlan& service, const MethodPlan& plan,
                             WorkerPool& workers,
                             grpc::CallbackServerContext* context) {
  auto* call = new BidiStreamCall(service, plan, workers, context, nullptr);
  call->Start();
  return call;
}

}  // namespace modelservice
