#include "modelservice/call_context.h"

#include "absl/time/clock.h"

namespace modelservice {

const Principal& CallContext::principal() const {
  static const auto* const anonymous = new Principal();
  return principal_ == nullptr ? *anonymous : *principal_;
}

void CallContext::Answer(const google::protobuf::Message& reply) {
  std::unique_ptr<google::protobuf::Message> copy(reply.New());
  copy->CopyFrom(reply);
  answer_ = std::move(copy);
}

absl::Time CallContext::deadline() const {
  return ends_at() == kNever ? absl::InfiniteFuture()
                             : absl::Now() + Until(ends_at());
}

}  // namespace modelservice
