// What calls of all shapes have in common: the way in through the chain around
// the method, the way out, and the signals.
#ifndef MODELSERVICE_SERVICE_GUARDED_CALL_H_
#define MODELSERVICE_SERVICE_GUARDED_CALL_H_

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/executor.h"
#include "modelservice/base/waiting.h"
#include "modelservice/service/call_budget.h"
#include "modelservice/service/call_context.h"
#include "modelservice/service/chain.h"
#include "modelservice/service/plan.h"

namespace modelservice {

// Lives as long as the call; used by one thread at a time.
class GuardedCall : private RequestSource {
 public:
  GuardedCall(const GuardedCall&) = delete;
  GuardedCall& operator=(const GuardedCall&) = delete;

 protected:
  // All outlive the call; `request` is null where the client streams.
  GuardedCall(const ServicePlan& service, const MethodPlan& plan,
              grpc::CallbackServerContext* context,
              const grpc::ByteBuffer* request);
  ~GuardedCall() = default;

  // Runs what stands before the method and decodes the request, if there is
  // one; then calls `run` with OK or a refusal, in which case the call Leaves
  // with it.
  template <class Run>
  void Enter(Run run) {
    const NoWaiting on_grpcs_thread;
    const absl::Status room = service_.budget->Enter(IsStream());
    counted_ = room.ok();
    if (service_.signals->request_started.connected()) {
      service_.executor->Continue([this, room, run] {
        SendStarted();
        Admit(room, run);
      });
    } else {
      Admit(room, run);
    }
  }

  // Runs `leave`, in which the call Leaves: on the executor where that calls
  // user code, else here.
  template <class Leaving>
  void LeaveWith(Leaving leaving) {
    if (plan_.chain.leaves_on_executor() ||
        service_.signals->request_finished.connected() ||
        service_.signals->got_request_exception.connected()) {
      service_.executor->Continue(std::move(leaving));
    } else {
      leaving();
    }
  }

  // Runs what stands behind the method; what the client is told. Once.
  grpc::Status Leave(absl::Status status);
  // After Leave: the call is over.
  void SendFinished();

  // The chain's view of a message that goes out. An error ends the call.
  absl::Status CheckSent(absl::string_view wire);
  absl::Status CheckReceived(const google::protobuf::Message& message) {
    return passage_.OnMessage(Interceptor::Direction::kReceived, message);
  }

  const google::protobuf::Message* request() const { return request_.get(); }

  const ServicePlan& service_;
  const MethodPlan& plan_;
  CallContext call_;

 private:
  bool IsStream() const { return plan_.method->streaming != Streaming::kUnary; }

  template <class Run>
  void Admit(const absl::Status& room, Run run) {
    if (!room.ok()) return run(room);
    if (plan_.chain.empty()) return run(CheckRequest());
    passage_.Enter([this, run](absl::Status status) {
      run(status.ok() ? CheckRequest() : std::move(status));
    });
  }

  const google::protobuf::Message* Decode() override;
  absl::Status CheckRequest();
  void SendStarted();

  Passage passage_;
  const grpc::ByteBuffer* const request_bytes_;
  std::unique_ptr<google::protobuf::Message> request_;
  absl::Status request_status_;
  absl::Status told_;
  bool counted_ = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_GUARDED_CALL_H_
