// The clock that nobody sets (base/clock.h) in terms of absl::Time, for counts
// that are kept by times: only differences mean something.
#ifndef MODELSERVICE_GUARD_LIMITS_STEADY_TIME_H_
#define MODELSERVICE_GUARD_LIMITS_STEADY_TIME_H_

#include "absl/time/time.h"
#include "modelservice/base/clock.h"

namespace modelservice {

inline absl::Time MonotonicNow() {
  return absl::UnixEpoch() + absl::FromChrono(SteadyNow().time_since_epoch());
}

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_STEADY_TIME_H_
