// One unary call, from its bytes to its answer. Lives in the memory of gRPC's
// call, which is given back all at once, and ends itself.
#ifndef MODELSERVICE_SERVICE_UNARY_CALL_H_
#define MODELSERVICE_SERVICE_UNARY_CALL_H_

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>

#include "modelservice/service/guarded_call.h"
#include "modelservice/service/operation.h"
#include "modelservice/service/plan.h"
#include "modelservice/service/stream.h"

namespace modelservice {

class UnaryCall final : public Execution,
                        private GuardedCall,
                        private MessageStream {
 public:
  // Parameters as gRPC's; the others outlive the call. Returns the reactor for
  // the gRPC library: the call may have ended already.
  static grpc::ServerUnaryReactor* Start(const ServicePlan& service,
                                         const MethodPlan& plan,
                                         grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer& request,
                                         grpc::ByteBuffer* response);

 private:
  UnaryCall(const ServicePlan& service, const MethodPlan& plan,
            grpc::CallbackServerContext* context,
            const grpc::ByteBuffer& request, grpc::ByteBuffer* response)
      : GuardedCall(service, plan, context, &request),
        reactor_(context->DefaultReactor()),
        response_(response) {}

  void Run(const absl::Status& admitted);

  // Execution: the rows of the one statement.
  absl::Status OnRow(Row row) override { return operation_->OnRow(row); }
  void OnRestart() override { operation_->OnRestart(); }
  void OnDone(const absl::Status& status, const Outcome& outcome) override;

  // MessageStream: the handler's own reply.
  bool Read(google::protobuf::Message*) override { return false; }
  bool Write(WireBuffer wire) override;

  void RunStandard();
  void RunHandler();
  void Finish(absl::Status status);
  void FinishHere(absl::Status status);

  grpc::ServerUnaryReactor* const reactor_;
  grpc::ByteBuffer* const response_;
  OperationBox operation_;
  WireBuffer reply_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_UNARY_CALL_H_
