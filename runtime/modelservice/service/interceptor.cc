#include "modelservice/interceptor.h"

#include <utility>

namespace modelservice {

absl::Status Interceptor::Before(CallContext&) { return absl::OkStatus(); }
void Interceptor::Start(CallContext& call, Done done) { done(Before(call)); }
absl::Status Interceptor::OnReply(CallContext&, AnyReply&) {
  return absl::OkStatus();
}
void Interceptor::After(CallContext&, absl::Status&) {}
absl::Status Interceptor::OnMessage(CallContext&, Direction,
                                    const google::protobuf::Message&) {
  return absl::OkStatus();
}

}  // namespace modelservice
