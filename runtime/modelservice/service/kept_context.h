// gRPC's context of a call, which may be kept for longer than gRPC has the
// call: a method that takes too long still asks it, when its client has been
// answered.
//
//   builder.SetContextAllocator(std::make_unique<KeptContexts>());
//   ...
//   KeepCall(*context);
//   ... the call may end, and be asked ...
//   DropCall(*context);
//
// Thread-safe.
#ifndef MODELSERVICE_SERVICE_KEPT_CONTEXT_H_
#define MODELSERVICE_SERVICE_KEPT_CONTEXT_H_

#include <grpcpp/server_context.h>

namespace modelservice {

// Makes the contexts of a server's calls; calls without it cannot be kept.
class KeptContexts final : public grpc::ContextAllocator {
 public:
  grpc::CallbackServerContext* NewCallbackServerContext() override;
  void Release(grpc::CallbackServerContext* context) override;
};

// The context, and the memory of gRPC's call with it, stay until DropCall.
void KeepCall(grpc::CallbackServerContext& context);
void DropCall(grpc::CallbackServerContext& context);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_KEPT_CONTEXT_H_
