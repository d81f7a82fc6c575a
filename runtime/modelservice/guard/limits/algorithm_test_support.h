// What the tests of the arithmetic share.
#ifndef MODELSERVICE_GUARD_LIMITS_ALGORITHM_TEST_SUPPORT_H_
#define MODELSERVICE_GUARD_LIMITS_ALGORITHM_TEST_SUPPORT_H_

#include <cstdint>
#include <string>

#include "modelservice/guard/limits/algorithm.h"
#include "modelservice/guard/limits/refusal.h"

namespace modelservice {

constexpr int64_t kSecond = 1000000;

inline RateLimit Fixed(int64_t max_calls, int64_t seconds) {
  return RateLimit("g", max_calls, absl::Seconds(seconds));
}
inline RateLimit Sliding(int64_t max_calls, int64_t seconds) {
  return Fixed(max_calls, seconds).By(LimitAlgorithm::kSlidingWindow);
}
inline RateLimit Bucket(int64_t max_calls, int64_t seconds, int64_t burst) {
  return Fixed(max_calls, seconds)
      .By(LimitAlgorithm::kTokenBucket)
      .Burst(burst);
}

// One key; counts as a store does.
class Key {
 public:
  explicit Key(const RateLimit& limit) : limit_(limit) {}

  LimitResult Call(int64_t now, int64_t cost = 1) {
    const LimitStep step = StepLimit(limit_, state_, now, cost);
    if (step.result.allowed || CountsRefusedCalls(limit_) || step.moved) {
      state_ = step.next;
    }
    irrelevant_ = step.irrelevant;
    return step.result;
  }
  int Admitted(int64_t now, int calls) {
    int admitted = 0;
    for (int i = 0; i < calls; ++i) admitted += Call(now).allowed;
    return admitted;
  }
  std::string Words(int64_t now) {
    const LimitResult result = Call(now);
    return result.allowed ? "ok" : RefusalWords(limit_, result, 1);
  }
  int64_t irrelevant() const { return irrelevant_; }

 private:
  const RateLimit limit_;
  LimitState state_;
  int64_t irrelevant_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_ALGORITHM_TEST_SUPPORT_H_
