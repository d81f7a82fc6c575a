#include "modelservice/server/unknown_methods.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/waiting.h"
#include "modelservice/errors.h"
#include "modelservice/service/grpc_call_context.h"

namespace modelservice {
namespace {

// Of a method's name, which is the client's text.
constexpr size_t kMaxName = 200;

// Ends at once: nothing is kept of what the client sends.
class UnknownCall final : public grpc::ServerGenericBidiReactor {
 public:
  explicit UnknownCall(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

grpc::ServerGenericBidiReactor* UnknownMethods::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  const NoWaiting on_grpcs_thread;
  const std::string name =
      absl::CHexEscape(context->method().substr(0, kMaxName));
  const absl::Status told =
      ForClient(absl::UnimplementedError(
                    absl::StrCat("This server has no method ", name, ".")),
                name);
  GrpcCallContext call(name, *context);
  if (log_.on()) call.request_id();
  reasons_.Add(told);
  log_.Write(call, /*is_stream=*/true, told, absl::ZeroDuration());
  return new UnknownCall(ToGrpc(told));
}

}  // namespace modelservice
