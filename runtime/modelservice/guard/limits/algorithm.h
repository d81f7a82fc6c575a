// What the algorithms of a limit count: the arithmetic alone, without a store.
// The script of the Redis store (redis/script.cc) is the same in Lua; a test
// compares the two.
//
// kFixedWindow is django-grpc's. Windows have the length of the period and are
// named by the whole second that they end with: a call at second t counts in
// the window ceil(t / period) * period, at a period of one second in its own.
//
// kSlidingWindow counts in windows of one period, too, but adds of the window
// before the share that lies less than one period back, as if its calls had
// been spread evenly: after a full window, calls are admitted no faster than
// max_calls in a period. Where they were not spread - all came at the end of
// the window before - a period may see nearly twice max_calls, but never that
// many. Two numbers a key, whatever the limit is.
//
// kTokenBucket is the generic cell rate algorithm: a bucket of `burst` calls
// that refills at max_calls in a period, evenly.
//
// When the clock is set back, none admits more: what was counted stays counted,
// and time stands still for the key until the clock is again where it was. For
// a period at most: the count of a clock that was a day ahead moves to a period
// from now.
#ifndef MODELSERVICE_GUARD_LIMITS_ALGORITHM_H_
#define MODELSERVICE_GUARD_LIMITS_ALGORITHM_H_

#include <cstdint>

#include "absl/status/status.h"
#include "modelservice/guard/limits/limit_store.h"
#include "modelservice/schema/guard.h"

namespace modelservice {

// The largest max_calls and burst: sums of it stay exact in a double, which is
// what Lua counts in.
constexpr int64_t kMostCalls = 1000000000000;

// Whether the limit means something: an error that names the limit, what is
// wrong and how to mend it.
absl::Status CheckRateLimit(const RateLimit& limit);

// The most that can be admitted at once: `burst` of a token bucket, else
// `max_calls`.
int64_t LimitCapacity(const RateLimit& limit);

// Whether a call counts that this limit, or one behind it, refuses.
inline bool CountsRefusedCalls(const RateLimit& limit) {
  return limit.algorithm == LimitAlgorithm::kFixedWindow;
}

// What is kept of one key; zeros for a new one.
struct LimitState {
  int64_t at = 0;     // the window, or when `used` was right, in microseconds
  double used = 0;    // calls in the window, or missing in the bucket
  double before = 0;  // calls in the window before, of kSlidingWindow
};

struct LimitStep {
  LimitResult result;
  LimitState next;         // once the call is counted
  int64_t irrelevant = 0;  // when `next` says no more than zeros do
  // Whether `next` is to be kept even where the call is refused: a clock that
  // was set far back has moved the count.
  bool moved = false;
};

// One call at `now`, in microseconds of a clock that is not negative, that
// costs `cost`. kFixedWindow names its windows by the clock: it must be that of
// the wall.
LimitStep StepLimit(const RateLimit& limit, const LimitState& state,
                    int64_t now, int64_t cost);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_ALGORITHM_H_
