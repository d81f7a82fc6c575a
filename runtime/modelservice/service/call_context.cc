#include "modelservice/call_context.h"

#include "absl/time/clock.h"

namespace modelservice {

const Principal& CallContext::principal() const {
  static const auto* const anonymous = new Principal();
  return principal_ == nullptr ? *anonymous : *principal_;
}

absl::Time CallContext::deadline() const {
  return ends_at() == kNever ? absl::InfiniteFuture()
                             : absl::Now() + Until(ends_at());
}

}  // namespace modelservice
