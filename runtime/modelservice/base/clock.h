// Time that nobody sets: how long something takes, and until when to wait.
//
//   const SteadyTime until = After(absl::Seconds(5));
//   ...
//   if (SteadyNow() >= until) return TooLate();
//
// The wall clock (absl::Now) is for what a person reads or a row keeps; it may
// be set back or forward at any time.
#ifndef MODELSERVICE_BASE_CLOCK_H_
#define MODELSERVICE_BASE_CLOCK_H_

#include <chrono>

#include "absl/time/time.h"

namespace modelservice {

using SteadyTime = std::chrono::steady_clock::time_point;

// Later than every other time.
constexpr SteadyTime kNever = SteadyTime::max();

inline SteadyTime SteadyNow() { return std::chrono::steady_clock::now(); }

// The time that is `duration` after `start`; kNever where there is no such
// time.
inline SteadyTime After(absl::Duration duration,
                        SteadyTime start = SteadyNow()) {
  if (start == kNever || duration >= absl::FromChrono(kNever - start)) {
    return kNever;
  }
  return start + absl::ToChronoNanoseconds(duration);
}

// From now to `time`: negative when it is over, infinite for kNever.
inline absl::Duration Until(SteadyTime time) {
  return time == kNever ? absl::InfiniteDuration()
                        : absl::FromChrono(time - SteadyNow());
}

// What passed since `start`.
inline absl::Duration Since(SteadyTime start) {
  return absl::FromChrono(SteadyNow() - start);
}

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_CLOCK_H_
