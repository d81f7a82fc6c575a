#include "modelservice/service/blocking_call.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>

#include "modelservice/service/call_context.h"
#include "modelservice/service/errors.h"
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

 private:
  std::mutex mutex_;
  std::condition_variable landed_;
  bool flying_ = false;
  bool ok_ = true;
};

// The part that every shape shares: running the method and its answer.
template <class Reactor>
class BlockingCall : public Reactor, protected MessageStream {
 public:
  BlockingCall(const ServicePlan& service, const MethodPlan& plan,
               grpc::CallbackServerContext* context)
      : service_(service), plan_(plan), call_(plan.method->path, context) {}

  void Start(WorkerPool& workers) {
    workers.Post([this] { Run(); });
  }
  // For what goes wrong before the method runs.
  void Refuse(const absl::Status& status) { End(status); }

  void OnDone() override { delete this; }

 protected:
  static constexpr bool kReads = !std::is_same_v<Reactor, WriteReactor>;
  static constexpr bool kWrites = !std::is_same_v<Reactor, ReadReactor>;

  bool Read(google::protobuf::Message* message) override {
    if constexpr (kReads) {
      message->Clear();
      if (!reads_.Wait()) return false;
      reads_.Start();
      this->StartRead(&incoming_);
      if (!reads_.Wait()) return false;
      bad_message_ = ParseMessage(incoming_, message);
      return bad_message_.ok();
    } else {
      (void)message;
      return false;
    }
  }

  bool Write(WireBuffer wire) override {
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

  const MethodPlan& plan() const { return plan_; }

  std::unique_ptr<google::protobuf::Message> request_;  // of a server stream
  grpc::ByteBuffer* reply_ = nullptr;                   // of a client stream

 private:
  void Run() {
    const absl::Status status = RunMethod();
    if (kWrites && !writes_.Wait() && status.ok()) {
      return End(absl::CancelledError("The client went away."));
    }
    End(status);
  }

  absl::Status RunMethod() {
    auto body = [this] {
      const absl::Status status =
          plan_.method->invoke(*service_.handler, call_, request_.get(), *this);
      // A message that cannot be read ended the stream early.
      return status.ok() ? bad_message_ : status;
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
    this->Finish(ToGrpc(
        ForClient(Translated(status, service_, plan_), plan_.method->path)));
  }

  const ServicePlan& service_;
  const MethodPlan& plan_;
  CallContext call_;
  Flight reads_;
  Flight writes_;
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;
  absl::Status bad_message_;
};

class ServerStreamCall final : public BlockingCall<WriteReactor> {
 public:
  using BlockingCall::BlockingCall;
  void OnWriteDone(bool ok) override { BlockingCall::OnWriteDone(ok); }
  absl::Status Parse(const grpc::ByteBuffer& bytes) {
    request_.reset(plan().method->request().New());
    return ParseMessage(bytes, request_.get());
  }
};

class ClientStreamCall final : public BlockingCall<ReadReactor> {
 public:
  ClientStreamCall(const ServicePlan& service, const MethodPlan& plan,
                   grpc::CallbackServerContext* context,
                   grpc::ByteBuffer* response)
      : BlockingCall(service, plan, context) {
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
  auto* call = new ServerStreamCall(service, plan, context);
  if (auto status = call->Parse(request); status.ok()) {
    call->Start(workers);
  } else {
    call->Refuse(status);
  }
  return call;
}

ReadReactor* StartClientStream(const ServicePlan& service,
                               const MethodPlan& plan, WorkerPool& workers,
                               grpc::CallbackServerContext* context,
                               grpc::ByteBuffer* response) {
  auto* call = new ClientStreamCall(service, plan, context, response);
  call->Start(workers);
  return call;
}

BidiReactor* StartBidiStream(const ServicePlan& service, const MethodPlan& plan,
                             WorkerPool& workers,
                             grpc::CallbackServerContext* context) {
  auto* call = new BidiStreamCall(service, plan, context);
  call->Start(workers);
  return call;
}

}  // namespace modelservice
