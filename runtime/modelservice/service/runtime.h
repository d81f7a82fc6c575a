// Serves one service: gRPC's side of it (raw_service.h) hands every call to it,
// and it runs the standard methods, or the handler's own, against the database.
//
// One for each service of a server; outlives its calls. Thread-safe.
#ifndef MODELSERVICE_SERVICE_RUNTIME_H_
#define MODELSERVICE_SERVICE_RUNTIME_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <vector>

#include "modelservice/service/handler.h"
#include "modelservice/service/plan.h"

namespace modelservice {

class ServiceRuntime {
 public:
  // What the handler overrides is known at compile time; `chains` are those of
  // the service's methods. `server` and what the chains hold outlive the
  // runtime.
  ServiceRuntime(const Service& service, std::unique_ptr<Handler> handler,
                 const Overrides& overrides, const ServerParts& server,
                 std::vector<Chain> chains);

  // One for each streaming shape. `method` is a position in Service::methods;
  // the other parameters are gRPC's, and live as gRPC says.
  grpc::ServerUnaryReactor* Unary(int method,
                                  grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer* request,
                                  grpc::ByteBuffer* response);
  grpc::ServerWriteReactor<grpc::ByteBuffer>* ServerStream(
      int method, grpc::CallbackServerContext* context,
      const grpc::ByteBuffer* request);
  grpc::ServerReadReactor<grpc::ByteBuffer>* ClientStream(
      int method, grpc::CallbackServerContext* context,
      grpc::ByteBuffer* response);
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* BidiStream(
      int method, grpc::CallbackServerContext* context);

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
