#include "modelservice/guard/deadline.h"

#include <algorithm>

#include "absl/time/clock.h"

namespace modelservice {

absl::Status Deadline::Before(CallContext& call) {
  const absl::Time now = absl::Now();
  const absl::Time client = call.deadline();
  if (client <= now) {
    return absl::DeadlineExceededError(
        "The deadline passed before the call began.");
  }
  const absl::Duration most =
      client == absl::InfiniteFuture() ? std::min(by_default_, most_) : most_;
  if (most != absl::InfiniteDuration()) call.LimitTime(now + most);
  return absl::OkStatus();
}

}  // namespace modelservice
