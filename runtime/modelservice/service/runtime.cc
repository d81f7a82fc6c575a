#include "modelservice/service/runtime.h"

#include <utility>

#include "modelservice/service/blocking_call.h"
#include "modelservice/service/list_stream.h"
#include "modelservice/service/unary_call.h"

namespace modelservice {

ServiceRuntime::ServiceRuntime(const Service& service,
                               std::unique_ptr<Handler> handler,
                               const Overrides& overrides,
                               const ServerParts& server,
                               std::vector<Chain> chains)
    : handler_(std::move(handler)),
      plan_(
          MakePlan(service, server, *handler_, overrides, std::move(chains))) {
  handler_->Attach(&plan_);
}

grpc::ServerUnaryReactor* ServiceRuntime::Unary(
    int method, grpc::CallbackServerContext* context,
    const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return UnaryCall::Start(plan_, MethodAt(method), context, *request, response);
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* ServiceRuntime::ServerStream(
    int method, grpc::CallbackServerContext* context,
    const grpc::ByteBuffer* request) {
  const MethodPlan& plan = MethodAt(method);
  if (!plan.runs_handler)
    return StartListStream(plan_, plan, context, *request);
  return StartServerStream(plan_, plan, context, *request);
}

grpc::ServerReadReactor<grpc::ByteBuffer>* ServiceRuntime::ClientStream(
    int method, grpc::CallbackServerContext* context,
    grpc::ByteBuffer* response) {
  return StartClientStream(plan_, MethodAt(method), context, response);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>*
ServiceRuntime::BidiStream(int method, grpc::CallbackServerContext* context) {
  return StartBidiStream(plan_, MethodAt(method), context);
}

}  // namespace modelservice
