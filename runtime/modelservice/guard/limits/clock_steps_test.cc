// A clock that is set back, under every algorithm.
#include <gtest/gtest.h>

#include <random>

#include "modelservice/guard/limits/algorithm_test_support.h"

namespace modelservice {
namespace {

// A limit of five a minute, whose clock is set back over a window's edge.
TEST(ClockSteps, OpenNothingAgain) {
  for (const RateLimit& limit :
       {Fixed(5, 60), Sliding(5, 60), Bucket(5, 60, 5)}) {
    for (const double back : {0.3, 1.0, 30.0, 59.0}) {
      const bool fixed = limit.algorithm == LimitAlgorithm::kFixedWindow;
      // Fixed windows end with the second that names them.
      const int64_t edge = (1700000040 + fixed) * kSecond;
      Key key(limit);
      EXPECT_EQ(key.Admitted(edge + kSecond / 5, 6), 5);
      const int64_t before =
          edge + kSecond / 5 - static_cast<int64_t>(back * kSecond);
      const LimitResult refused = key.Call(before);
      EXPECT_FALSE(refused.allowed);
      // It knows how long that is.
      const int64_t wait = absl::ToInt64Microseconds(refused.retry_after);
      EXPECT_EQ(key.Admitted(before + wait - 2, 1), 0) << back;
      EXPECT_GT(key.Admitted(before + wait + 1, 1), 0) << back;
      // Forward again, at once.
      Key again(limit);
      EXPECT_EQ(again.Admitted(edge + kSecond / 5, 6), 5);
      EXPECT_EQ(again.Admitted(before, 6), 0);
      EXPECT_EQ(again.Admitted(edge + kSecond / 3, 6), 0);
    }
  }
}

// A clock that was a day ahead must not close a limit for a day.
TEST(ClockSteps, MoveTheCountWhenTheyAreFar) {
  for (const RateLimit& limit :
       {Fixed(5, 60), Sliding(5, 60), Bucket(5, 60, 5)}) {
    Key key(limit);
    const int64_t ahead = 1700000040 * kSecond;
    EXPECT_EQ(key.Admitted(ahead, 6), 5);
    const int64_t right = ahead - 86400 * kSecond;
    EXPECT_EQ(key.Admitted(right, 6), 0);
    EXPECT_EQ(key.Admitted(right + kSecond / 2, 6), 0);
    EXPECT_EQ(key.Admitted(right + 59 * kSecond, 6), 0);
    EXPECT_EQ(key.Admitted(right + 180 * kSecond, 6), 5);
  }
}

// Whatever the clock does backwards: no more in the time that really passed
// than a clock that goes on would have let through.
TEST(ClockSteps, AdmitNoMore) {
  std::mt19937 random(5);
  const auto any = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  for (int round = 0; round < 500; ++round) {
    const int64_t max_calls = any(1, 10);
    const int64_t period = any(1, 10);
    for (const RateLimit& limit :
         {Fixed(max_calls, period), Sliding(max_calls, period),
          Bucket(max_calls, period, any(1, 10))}) {
      Key key(limit);
      int64_t passed = 0;
      int64_t clock = 1700000000 * kSecond;
      int64_t admitted = 0;
      for (int call = 0; call < 400; ++call) {
        const int64_t step = any(0, kSecond / 4);
        passed += step;
        clock += step;
        if (any(0, 9) == 0) clock -= any(0, 3 * period * kSecond);
        admitted += key.Call(clock).allowed;
        const double periods =
            static_cast<double>(passed) / static_cast<double>(period * kSecond);
        if (limit.algorithm == LimitAlgorithm::kTokenBucket) {
          ASSERT_LE(static_cast<double>(admitted),
                    static_cast<double>(limit.burst) +
                        periods * static_cast<double>(max_calls) + 0.001);
        } else {
          ASSERT_LE(admitted, max_calls * (static_cast<int64_t>(periods) + 2));
        }
      }
    }
  }
}

}  // namespace
}  // namespace modelservice
