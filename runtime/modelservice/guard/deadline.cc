#include "modelservice/guard/deadline.h"

#include <algorithm>

namespace modelservice {

absl::Status Deadline::Before(CallContext& call) {
  const SteadyTime client = call.ends_at();
  if (client <= SteadyNow()) {
    return absl::DeadlineExceededError(
        "The deadline passed before the call began.");
  }
  const absl::Duration most =
      client == kNever ? std::min(by_default_, most_) : most_;
  call.LimitTime(most);
  return absl::OkStatus();
}

}  // namespace modelservice
