#include "modelservice/service/raw_service.h"

// For the handlers of callback methods, whose own header moves between versions
// of gRPC.
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/impl/rpc_method.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>

#include <string>
#include <vector>

namespace modelservice {
namespace {

using grpc::ByteBuffer;
using grpc::CallbackServerContext;
// Internal to gRPC and the code that it generates, which this stands for.
using grpc::internal::CallbackBidiHandler;
using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;

class RawService final : public grpc::Service {
 public:
  RawService(const modelservice::Service& service, ServiceRuntime& runtime) {
    paths_.reserve(service.methods.size());
    int position = 0;
    for (const Method& method : service.methods) {
      const std::string& path = paths_.emplace_back(method.path);
      // Added without a handler: a raw callback method gets its own below. To
      // gRPC all are streams both ways (guarded_call.h); to clients it is the
      // same.
      AddMethod(new RpcServiceMethod(path.c_str(), RpcMethod::BIDI_STREAMING,
                                     nullptr));
      MarkMethodRawCallback(
          position, new CallbackBidiHandler<ByteBuffer, ByteBuffer>(
                        [&runtime, position](CallbackServerContext* context) {
                          return runtime.Start(position, context);
                        }));
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
