#include "modelservice/service/raw_service.h"

// For the handlers of callback methods, whose own header moves between versions
// of gRPC.
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/impl/rpc_method.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <string>
#include <vector>

namespace modelservice {
namespace {

using grpc::ByteBuffer;
using grpc::CallbackServerContext;
// Internal to gRPC and the code that it generates, which this stands for.
using grpc::internal::CallbackBidiHandler;
using grpc::internal::CallbackUnaryHandler;
using grpc::internal::MethodHandler;
using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;

// Gives the calls of the method at `position` to `runtime`: as unary ones where
// gRPC is to read the request, else as streams both ways, whatever their shape.
// To clients it is the same.
std::unique_ptr<MethodHandler> MakeMethodHandler(bool unary, int position,
                                                 ServiceRuntime& runtime) {
  if (unary) {
    return std::make_unique<CallbackUnaryHandler<ByteBuffer, ByteBuffer>>(
        [&runtime, position](CallbackServerContext* context,
                             const ByteBuffer* request, ByteBuffer* response) {
          return runtime.Start(position, context, *request, response);
        });
  }
  return std::make_unique<CallbackBidiHandler<ByteBuffer, ByteBuffer>>(
      [&runtime, position](CallbackServerContext* context) {
        return runtime.Start(position, context);
      });
}

class RawService final : public grpc::Service {
 public:
  RawService(const modelservice::Service& service, ServiceRuntime& runtime) {
    paths_.reserve(service.methods.size());
    int position = 0;
    for (const Method& method : service.methods) {
      const std::string& path = paths_.emplace_back(method.path);
      const bool unary = runtime.GrpcReadsRequest(position);
      // Added without a handler: a raw callback method gets its own below.
      AddMethod(new RpcServiceMethod(
          path.c_str(),
          unary ? RpcMethod::NORMAL_RPC : RpcMethod::BIDI_STREAMING, nullptr));
      MarkMethodRawCallback(
          position, MakeMethodHandler(unary, position, runtime).release());
      ++position;
    }
  }

 private:
  // gRPC's methods point to their paths.
  std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeRawService(const Service& service,
                                              ServiceRuntime& runtime) {
  return std::make_unique<RawService>(service, runtime);
}

}  // namespace modelservice
