#include "modelservice/interceptor.h"

namespace modelservice {

absl::Status Interceptor::Before(CallContext&) { return absl::OkStatus(); }
void Interceptor::After(CallContext&, absl::Status&) {}
absl::Status Interceptor::OnMessage(CallContext&, Direction,
                                    const google::protobuf::Message&) {
  return absl::OkStatus();
}

}  // namespace modelservice
