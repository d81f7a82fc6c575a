#include "modelservice/service/runtime.h"

#include <utility>

#include "modelservice/service/async_call.h"
#include "modelservice/service/blocking_call.h"
#include "modelservice/service/list_stream.h"
#include "modelservice/service/unary_call.h"

namespace modelservice {

ServiceRuntime::ServiceRuntime(const Service& service,
                               std::unique_ptr<Handler> handler,
                               const Overrides& overrides,
                               const ServerParts& server,
                               std::vector<Chain> chains,
                               std::shared_ptr<const LiveTable> live)
    : handler_(std::move(handler)),
      plan_(MakePlan(service, server, *handler_, overrides, std::move(chains),
                     std::move(live))) {
  handler_->Attach(&plan_);
}

Reactor* ServiceRuntime::Start(int method,
                               grpc::CallbackServerContext* context) {
  const MethodPlan& plan = MethodAt(method);
  if (plan.starts) return StartAsyncCall(plan_, plan, context);
  if (plan.method->streaming == Streaming::kUnary) {
    return UnaryCall::Start(plan_, plan, context);
  }
  if (plan.method->streaming == Streaming::kServer && !plan.runs_handler) {
    return StartListStream(plan_, plan, context);
  }
  return StartBlockingCall(plan_, plan, context);
}

grpc::ServerUnaryReactor* ServiceRuntime::Start(
    int method, grpc::CallbackServerContext* context,
    const grpc::ByteBuffer& request, grpc::ByteBuffer* response) {
  return UnaryCall::Start(plan_, MethodAt(method), context, request, response);
}

}  // namespace modelservice
