// A clock that nobody sets, for how long to wait.
#ifndef MODELSERVICE_GUARD_LIMITS_STEADY_TIME_H_
#define MODELSERVICE_GUARD_LIMITS_STEADY_TIME_H_

#include <chrono>

#include "absl/time/time.h"

namespace modelservice {

// Only differences mean something.
inline absl::Time SteadyNow() {
  return absl::UnixEpoch() +
         absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_STEADY_TIME_H_
