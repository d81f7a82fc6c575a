// Until when work for a call is of use to anybody.
#ifndef MODELSERVICE_BASE_CALL_LIMITS_H_
#define MODELSERVICE_BASE_CALL_LIMITS_H_

#include "absl/status/status.h"
#include "modelservice/base/call_counts.h"
#include "modelservice/base/clock.h"

namespace modelservice {

// When to give up on a call. Whoever works for it looks before he starts and,
// where it takes long, from time to time. Asked by any thread.
class CallLimits {
 public:
  virtual ~CallLimits() = default;
  // kNever when there is no deadline.
  virtual SteadyTime ends_at() const = 0;
  virtual bool cancelled() const = 0;
  // Where to count what is done for the call; null: nowhere. Theirs as long as
  // they live.
  virtual CallCounts* counts() const { return nullptr; }
};

// OK while a call may go on; else CANCELLED or DEADLINE_EXCEEDED. `limits` may
// be null: no limits.
inline absl::Status CheckCall(const CallLimits* limits) {
  if (limits == nullptr) return absl::OkStatus();
  if (limits->cancelled()) {
    return absl::CancelledError("The call was cancelled.");
  }
  const SteadyTime end = limits->ends_at();
  if (end != kNever && end <= SteadyNow()) {
    return absl::DeadlineExceededError("The deadline passed.");
  }
  return absl::OkStatus();
}

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_CALL_LIMITS_H_
