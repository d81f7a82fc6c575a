#include "modelservice/guard/deadline.h"

#include <algorithm>

namespace modelservice {

absl::Status Deadline::Before(CallContext& call) {
  const SteadyTime now = SteadyNow();
  const SteadyTime client = call.ends_at();
  if (client <= now) {
    return absl::DeadlineExceededError(
        "The deadline passed before the call began.");
  }
  const absl::Duration most =
      client == kNever ? std::min(by_default_, most_) : most_;
  if (most != absl::InfiniteDuration())
    call.LimitTime(modelservice::After(most, now));
  return absl::OkStatus();
}

}  // namespace modelservice
