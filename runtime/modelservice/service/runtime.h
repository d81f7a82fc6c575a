// Serves one service: gRPC's side of it (raw_service.h) hands every call to it,
// and it runs the standard methods, or the handler's own, against the database.
//
// One for each service of a server; outlives its calls. Thread-safe.
#ifndef MODELSERVICE_SERVICE_RUNTIME_H_
#define MODELSERVICE_SERVICE_RUNTIME_H_

#include <grpcpp/server_context.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "modelservice/handler.h"
#include "modelservice/service/guarded_call.h"
#include "modelservice/service/plan.h"

namespace modelservice {

class ServiceRuntime {
 public:
  // What the handler overrides is known at compile time; `chains` are those of
  // the service's methods, and `live` is as in MakePlan. `server` and what the
  // chains hold outlive the runtime.
  ServiceRuntime(const Service& service, std::unique_ptr<Handler> handler,
                 const Overrides& overrides, const ServerParts& server,
                 std::vector<Chain> chains,
                 std::shared_ptr<const LiveTable> live);

  // A call of the method at this position in Service::methods. `context` is one
  // of KeptContexts.
  Reactor* Start(int method, grpc::CallbackServerContext* context);

  // Whether gRPC reads the requests of this method's calls, which then Start
  // here.
  bool GrpcReadsRequest(int method) const {
    const MethodPlan& plan = MethodAt(method);
    return plan.method->streaming == Streaming::kUnary && !plan.starts &&
           !plan_.arrivals->of_unary_calls();
  }
  grpc::ServerUnaryReactor* Start(int method,
                                  grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer& request,
                                  grpc::ByteBuffer* response);

  const ServicePlan& plan() const { return plan_; }

 private:
  const MethodPlan& MethodAt(int method) const {
    return plan_.methods[static_cast<size_t>(method)];
  }

  std::unique_ptr<Handler> handler_;
  ServicePlan plan_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_RUNTIME_H_
