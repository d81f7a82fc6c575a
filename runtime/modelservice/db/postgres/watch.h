// Who looks after a wait for the server.
#ifndef MODELSERVICE_DB_POSTGRES_WATCH_H_
#define MODELSERVICE_DB_POSTGRES_WATCH_H_

#include <algorithm>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "modelservice/base/clock.h"
#include "modelservice/database.h"

namespace modelservice::postgres {

class Watch {
 public:
  virtual ~Watch() = default;
  // Called before each sleep. OK: sleep on, for `*most` at most. An error: what
  // is waited for shall be cancelled.
  virtual absl::Status Look(absl::Duration* most) = 0;
};

// How often a call's cancellation is looked at.
constexpr absl::Duration kLookEvery = absl::Milliseconds(50);

// Until the limits of one call end.
class LimitsWatch final : public Watch {
 public:
  // `limits` may be null.
  explicit LimitsWatch(const CallLimits* limits) : limits_(limits) {}

  absl::Status Look(absl::Duration* most) override {
    *most = absl::InfiniteDuration();
    if (limits_ == nullptr) return absl::OkStatus();
    *most = std::min(kLookEvery, Until(limits_->ends_at()));
    return CheckLimits(limits_);
  }

 private:
  const CallLimits* const limits_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_WATCH_H_
