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
using grpc::internal::CallbackClientStreamingHandler;
using grpc::internal::CallbackServerStreamingHandler;
using grpc::internal::CallbackUnaryHandler;
using grpc::internal::MethodHandler;
using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;

RpcMethod::RpcType RpcTypeOf(Streaming streaming) {
  switch (streaming) {
    case Streaming::kUnary:
      return RpcMethod::NORMAL_RPC;
    case Streaming::kServer:
      return RpcMethod::SERVER_STREAMING;
    case Streaming::kClient:
      return RpcMethod::CLIENT_STREAMING;
    case Streaming::kBidi:
      break;
  }
  return RpcMethod::BIDI_STREAMING;
}

// Gives the calls of the method at `position` to `runtime`.
std::unique_ptr<MethodHandler> MakeMethodHandler(Streaming streaming,
                                                 int position,
                                                 ServiceRuntime& runtime) {
  switch (streaming) {
    case Streaming::kUnary:
      return std::make_unique<CallbackUnaryHandler<ByteBuffer, ByteBuffer>>(
          [&runtime, position](CallbackServerContext* context,
                               const ByteBuffer* request,
                               ByteBuffer* response) {
            return runtime.Unary(position, context, request, response);
          });
    case Streaming::kServer:
      return std::make_unique<
          CallbackServerStreamingHandler<ByteBuffer, ByteBuffer>>(
          [&runtime, position](CallbackServerContext* context,
                               const ByteBuffer* request) {
            return runtime.ServerStream(position, context, request);
          });
    case Streaming::kClient:
      return std::make_unique<
          CallbackClientStreamingHandler<ByteBuffer, ByteBuffer>>(
          [&runtime, position](CallbackServerContext* context,
                               ByteBuffer* response) {
            return runtime.ClientStream(position, context, response);
          });
    case Streaming::kBidi:
      break;
  }
  return std::make_unique<CallbackBidiHandler<ByteBuffer, ByteBuffer>>(
      [&runtime, position](CallbackServerContext* context) {
        return runtime.BidiStream(position, context);
      });
}

class RawService final : public grpc::Service {
 public:
  RawService(const modelservice::Service& service, ServiceRuntime& runtime) {
    paths_.reserve(service.methods.size());
    int position = 0;
    for (const Method& method : service.methods) {
      const std::string& path = paths_.emplace_back(method.path);
      // Added without a handler: a raw callback method gets its own below.
      AddMethod(new RpcServiceMethod(path.c_str(), RpcTypeOf(method.streaming),
                                     nullptr));
      MarkMethodRawCallback(
          position,
          MakeMethodHandler(method.streaming, position, runtime).release());
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
