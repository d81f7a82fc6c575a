// What the tests of limits share.
#ifndef MODELSERVICE_GUARD_LIMITS_TEST_SUPPORT_H_
#define MODELSERVICE_GUARD_LIMITS_TEST_SUPPORT_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "modelservice/guard/limits/limit_key.h"
#include "modelservice/guard/limits/limit_store.h"

namespace modelservice {

// A clock that stands still until it is set.
class FakeClock {
 public:
  void Set(double seconds) {
    microseconds_ = static_cast<int64_t>(seconds * 1e6);
  }
  void Advance(absl::Duration by) {
    microseconds_ += absl::ToInt64Microseconds(by);
  }
  absl::Time now() const { return absl::FromUnixMicros(microseconds_); }
  LimitClock clock() {
    return [this] { return now(); };
  }

 private:
  std::atomic<int64_t> microseconds_{1000000};
};

inline std::string KeyOf(const RateLimit& limit, absl::string_view part) {
  LimitKey key(LimitKeyPrefix(limit));
  key.Add(part);
  return std::string(key.text());
}

// One call on one limit of a store that decides at once.
inline LimitResult CallOnce(LimitStore& store, const RateLimit& limit,
                            absl::string_view part = "", int64_t cost = 1) {
  const std::string key = KeyOf(limit, part);
  LimitDecision decision;
  store.DecideNow({{&limit, key, cost}}, &decision);
  return decision.results[0];
}

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_TEST_SUPPORT_H_
