#include "modelservice/service/kept_context.h"

#include <grpc/grpc.h>

#include <atomic>

namespace modelservice {
namespace {

class KeptContext final : public grpc::CallbackServerContext {
 public:
  void Keep() { users_.fetch_add(1, std::memory_order_relaxed); }
  void Drop() {
    if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 private:
  std::atomic<int> users_{1};  // gRPC
};

KeptContext& Kept(grpc::CallbackServerContext& context) {
  return static_cast<KeptContext&>(context);
}

}  // namespace

grpc::CallbackServerContext* KeptContexts::NewCallbackServerContext() {
  return new KeptContext();
}

void KeptContexts::Release(grpc::CallbackServerContext* context) {
  // gRPC gives back its own, too: those of methods that nobody serves.
  auto* const kept = dynamic_cast<KeptContext*>(context);
  if (kept != nullptr) kept->Drop();
}

void KeepCall(grpc::CallbackServerContext& context) {
  grpc_call_ref(context.c_call());
  Kept(context).Keep();
}

void DropCall(grpc::CallbackServerContext& context) {
  grpc_call* const call = context.c_call();
  Kept(context).Drop();
  grpc_call_unref(call);
}

}  // namespace modelservice
