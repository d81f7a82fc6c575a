// What calls of all shapes have in common: the arrival of the request, the way
// in through the chain around the method, the way out, and the signals.
#ifndef MODELSERVICE_SERVICE_GUARDED_CALL_H_
#define MODELSERVICE_SERVICE_GUARDED_CALL_H_

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/executor.h"
#include "modelservice/base/waiting.h"
#include "modelservice/service/arrivals.h"
#include "modelservice/service/call_budget.h"
#include "modelservice/service/chain.h"
#include "modelservice/service/grpc_call_context.h"
#include "modelservice/service/plan.h"

namespace modelservice {

// gRPC's side of a call. It is that of a stream both ways for every shape whose
// request is waited for here (Arrivals): with another one gRPC reads the
// request before it tells of the call.
using Reactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// Lives as long as the call; used by one thread at a time.
class GuardedCall : public Reactor,
                    private RequestSource,
                    private Arrivals::Call {
 public:
  GuardedCall(const GuardedCall&) = delete;
  GuardedCall& operator=(const GuardedCall&) = delete;

  void OnReadDone(bool ok) final;
  void OnCancel() final;
  void OnDone() override;
  // OnCancel and OnDone are over at once: gRPC need not wake another thread for
  // them, which costs a tenth of a short call.
  bool InternalInlineable() final { return true; }

 protected:
  // All outlive the call.
  GuardedCall(const ServicePlan& service, const MethodPlan& plan,
              grpc::CallbackServerContext* context);
  ~GuardedCall() override = default;

  // Takes the request, if there is one, runs what stands before the method, and
  // calls Run.
  void Begin();
  // The same for a request that gRPC has read, invalid if none came; it
  // outlives Run.
  void BeginWith(const grpc::ByteBuffer& request);
  // Ends the call at gRPC, with its last message unless that is null.
  virtual void EndWith(grpc::ByteBuffer* message, grpc::Status status);
  // With OK, or with a refusal, in which case the call Leaves with it.
  virtual void Run(absl::Status admitted) = 0;
  // In its place for a call that an interceptor has answered. Unless it does
  // something else, the answer is the call's one message.
  virtual void RunAnswered();
  // The client has gone away, or its deadline has passed. On a thread of gRPC;
  // must not block.
  virtual void OnGone() {}
  // The end of a StartRead, of those that come after the request's own.
  virtual void OnMessageRead(bool /*ok*/) {}
  virtual void Delete() { delete this; }

  // Runs `leave`, in which the call Leaves: on the executor where that calls
  // user code, else here.
  template <class Leaving>
  void LeaveWith(Leaving leaving) {
    if (LeavesOnExecutor()) {
      service_.executor->Continue(std::move(leaving));
    } else {
      leaving();
    }
  }
  // Whether leaving calls user code.
  bool LeavesOnExecutor() const {
    return plan_.chain.leaves_on_executor() ||
           service_.signals->request_finished.connected() ||
           service_.signals->got_request_exception.connected();
  }

  // Runs what stands behind the method; what the client is told. Once.
  grpc::Status Leave(absl::Status status);
  // After Leave: the call is over.
  void SendFinished();

  // For who tells of the call afterwards.
  void CountSent(size_t bytes) {
    call_.counts()->bytes_sent.Add(static_cast<int64_t>(bytes));
  }
  void CountReceived(const grpc::ByteBuffer& message) {
    call_.counts()->bytes_received.Add(static_cast<int64_t>(message.Length()));
  }

  // The chain's view of a message that goes out. An error ends the call.
  absl::Status CheckSent(absl::string_view wire);
  absl::Status CheckReceived(const google::protobuf::Message& message) {
    return passage_.OnMessage(Interceptor::Direction::kReceived, message);
  }
  bool answered() const { return passage_.answered(); }
  // What the interceptor answered. INTERNAL if it is no reply of the method's.
  absl::Status EncodeAnswer(WireBuffer* wire) const;
  // What becomes of a unary reply on its way out: hidden fields, if it `is_own`
  // - the handler's or an interceptor's -, and what interceptors do to it.
  absl::Status PassReply(bool is_own, WireBuffer* wire);

  // What the client is told of an error of its call.
  absl::Status Told(const absl::Status& status) const;

  const google::protobuf::Message* request() const { return request_.get(); }

  const ServicePlan& service_;
  const MethodPlan& plan_;
  GrpcCallContext call_;
  // The last message, which ends the call.
  grpc::ByteBuffer last_;

 private:
  bool IsStream() const { return plan_.method->streaming != Streaming::kUnary; }
  bool HasRequest() const {
    return plan_.method->streaming == Streaming::kUnary ||
           plan_.method->streaming == Streaming::kServer;
  }

  void RequestIsMissing();
  void Enter();
  void Admit(const absl::Status& room);
  // The call has ended with what its client is told: before that is sent, for
  // the client may look at once.
  void Account(const absl::Status& told);
  // Ends a call that did not Enter.
  void Refuse(const absl::Status& status);
  void RequestIsLate() override;
  const google::protobuf::Message* Decode() override;
  absl::Status CheckRequest();
  absl::Status ChangeReply(WireBuffer* wire);
  void SendStarted();

  const SteadyTime start_ = SteadyNow();
  Passage passage_;
  grpc::ByteBuffer read_;
  const grpc::ByteBuffer* request_bytes_ = &read_;
  std::unique_ptr<google::protobuf::Message> request_;
  // Of the request, once it is known.
  absl::Status request_status_;
  absl::Status told_;
  bool awaits_request_ = false;
  bool decoded_ = false;
  bool entered_ = false;
  bool counted_ = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_GUARDED_CALL_H_
