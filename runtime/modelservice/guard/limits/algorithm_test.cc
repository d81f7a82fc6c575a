#include "modelservice/guard/limits/algorithm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "modelservice/guard/limits/algorithm_test_support.h"
#include "modelservice/guard/limits/refusal.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

// conformance: "window period now -> end" of django-grpc.
TEST(FixedWindow, EndsWhereDjangoGrpcsDo) {
  struct Case {
    int64_t period, now, end;
  };
  for (const Case& c :
       {Case{5, 1, 5}, Case{5, 5, 5}, Case{5, 6, 10}, Case{10, 123, 130},
        Case{1, 123, 123}, Case{60, 60, 60}}) {
    const RateLimit limit = Fixed(1, c.period);
    for (const int64_t fraction : {int64_t{0}, kSecond - 1}) {
      EXPECT_EQ(
          StepLimit(limit, LimitState(), c.now * kSecond + fraction, 1).next.at,
          c.end)
          << c.period << " " << c.now << " " << fraction;
    }
  }
}

// conformance: limit(max_calls=3, time_period=10), four calls at each instant.
TEST(FixedWindow, SaysWhatDjangoGrpcSays) {
  Key key(Fixed(3, 10));
  const auto four = [&](int64_t now) {
    std::vector<std::string> words;
    for (int i = 0; i < 4; ++i) words.push_back(key.Words(now * kSecond));
    return words;
  };
  const std::string nine =
      "Reached limit of 3 calls per 10 seconds. Resource will be available in "
      "9 seconds.";
  const std::string zero =
      "Reached limit of 3 calls per 10 seconds. Resource will be available in "
      "0 seconds.";
  EXPECT_THAT(four(11), testing::ElementsAre("ok", "ok", "ok", nine));
  EXPECT_THAT(four(20), testing::ElementsAre(zero, zero, zero, zero));
  EXPECT_THAT(four(21), testing::ElementsAre("ok", "ok", "ok", nine));
}

TEST(FixedWindow, TellsWhenTheCallIsReallyAdmitted) {
  Key key(Fixed(1, 10));
  EXPECT_TRUE(key.Call(11 * kSecond).allowed);
  const LimitResult refused = key.Call(11 * kSecond + 400000);
  EXPECT_FALSE(refused.allowed);
  // Second 20 belongs to the window.
  EXPECT_EQ(refused.retry_after, absl::Milliseconds(9600));
  EXPECT_EQ(refused.reset, absl::Milliseconds(9600));
  EXPECT_EQ(key.irrelevant(), 21 * kSecond);
  EXPECT_FALSE(key.Call(21 * kSecond - 1).allowed);
  EXPECT_TRUE(key.Call(21 * kSecond).allowed);
}

TEST(FixedWindow, APeriodOfOneSecondIsTheSecondItself) {
  Key key(Fixed(2, 1));
  EXPECT_EQ(key.Admitted(7 * kSecond, 5), 2);
  EXPECT_EQ(
      key.Words(8 * kSecond - 1),
      "Reached limit of 2 calls per 1 seconds. Resource will be available "
      "in 0 seconds.");
  EXPECT_EQ(key.Admitted(8 * kSecond, 5), 2);
}

TEST(FixedWindow, CountsWhatItRefuses) {
  Key key(Fixed(10, 60));
  EXPECT_TRUE(key.Call(kSecond, 7).allowed);
  EXPECT_FALSE(key.Call(kSecond, 5).allowed);
  // The refused five took the three that were left.
  const LimitResult result = key.Call(kSecond, 1);
  EXPECT_FALSE(result.allowed);
  EXPECT_EQ(result.remaining, 0);
}

TEST(SlidingWindow, CountsTheShareOfTheWindowBefore) {
  Key key(Sliding(10, 10));
  EXPECT_EQ(key.Admitted(19 * kSecond, 20), 10);
  // All ten still count at the seam, half of them in the middle.
  EXPECT_EQ(key.Admitted(20 * kSecond, 20), 0);
  EXPECT_EQ(key.Admitted(25 * kSecond, 20), 5);
  EXPECT_EQ(key.Admitted(26 * kSecond, 20), 1);
}

TEST(SlidingWindow, ForgetsAfterTwoWindows) {
  Key key(Sliding(10, 10));
  EXPECT_EQ(key.Admitted(11 * kSecond, 20), 10);
  EXPECT_EQ(key.irrelevant(), 30 * kSecond);
  EXPECT_EQ(key.Admitted(30 * kSecond, 20), 10);
}

TEST(SlidingWindow, DoesNotCountWhatItRefuses) {
  Key key(Sliding(10, 10));
  EXPECT_TRUE(key.Call(11 * kSecond, 7).allowed);
  EXPECT_FALSE(key.Call(11 * kSecond, 5).allowed);
  const LimitResult result = key.Call(11 * kSecond, 3);
  EXPECT_TRUE(result.allowed);
  EXPECT_EQ(result.remaining, 0);
  EXPECT_EQ(result.reset, absl::Seconds(19));
}

TEST(SlidingWindow, KnowsFractionsOfASecond) {
  Key key(RateLimit("g", 2, absl::Milliseconds(100))
              .By(LimitAlgorithm::kSlidingWindow));
  EXPECT_EQ(key.Admitted(kSecond, 5), 2);
  EXPECT_EQ(key.Words(kSecond),
            "Reached limit of 2 calls per 0.1 seconds. Resource will be "
            "available in 1 seconds.");
  EXPECT_EQ(key.Admitted(kSecond + 200000, 5), 2);
}

// What docs/guard.md says of it: nearly twice as many where calls come all at
// the end of a window, and evenly from then on.
TEST(SlidingWindow, AdmitsNearlyTwiceAsManyInAPeriodAndNeverThatMany) {
  Key key(Sliding(10, 10));
  int admitted = key.Admitted(20 * kSecond - 1, 20);
  EXPECT_EQ(admitted, 10);
  for (int64_t now = 20 * kSecond; now < 30 * kSecond - 1; now += 10000) {
    admitted += key.Admitted(now, 3);
    // Evenly.
    ASSERT_LE(admitted - 10, (now - 20 * kSecond) / kSecond);
  }
  EXPECT_EQ(admitted, 19);

  // Whatever comes when.
  std::mt19937 random(3);
  const auto any = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  for (int round = 0; round < 300; ++round) {
    const int64_t max_calls = any(1, 20);
    Key other(Sliding(max_calls, 10));
    std::vector<int64_t> times;
    int64_t now = any(1, 1000) * kSecond;
    for (int call = 0; call < 300; ++call) {
      now += any(0, 2) == 0 ? any(0, 9 * kSecond) : any(0, 10000);
      if (!other.Call(now).allowed) continue;
      times.push_back(now);
      int64_t in_period = 0;
      for (const int64_t time : times) in_period += time > now - 10 * kSecond;
      ASSERT_LE(in_period, 2 * max_calls - 1 + (max_calls == 1));
    }
  }
}

TEST(TokenBucket, AdmitsABurstAndRefillsEvenly) {
  Key key(Bucket(60, 60, 5));
  EXPECT_EQ(key.Admitted(100 * kSecond, 20), 5);
  EXPECT_EQ(key.Admitted(101 * kSecond - 1, 20), 0);
  EXPECT_EQ(key.Admitted(101 * kSecond, 20), 1);
  EXPECT_EQ(key.Admitted(103 * kSecond, 20), 2);
  // Full again, and not more than full.
  EXPECT_EQ(key.Admitted(500 * kSecond, 20), 5);
}

TEST(TokenBucket, TellsHowLongToWait) {
  Key key(Bucket(2, 1, 4));
  EXPECT_TRUE(key.Call(kSecond, 4).allowed);
  const LimitResult refused = key.Call(kSecond, 3);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.remaining, 0);
  EXPECT_EQ(refused.retry_after, absl::Milliseconds(1500));
  EXPECT_EQ(refused.reset, absl::Seconds(2));
  const LimitResult later = key.Call(kSecond + 1500000, 3);
  EXPECT_TRUE(later.allowed);
}

TEST(TokenBucket, LetsNothingSlipThroughByRounding) {
  // A third of a call a second has no exact binary form.
  Key key(Bucket(1, 3, 3));
  EXPECT_EQ(key.Admitted(3 * kSecond, 10), 3);
  int admitted = 0;
  for (int64_t now = 4; now <= 3000003; ++now) {
    admitted += key.Call(now * kSecond).allowed;
  }
  EXPECT_EQ(admitted, 1000000);
}

// Whatever the history: who waits as long as he is told is admitted, and who
// waits less is not.
TEST(EveryAlgorithm, RetryAfterIsWhenItIsAdmitted) {
  std::mt19937 random(1);
  const auto any = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  for (int round = 0; round < 3000; ++round) {
    const int64_t max_calls = any(1, 30);
    const int64_t period = any(1, 20);
    for (const RateLimit& limit :
         {Fixed(max_calls, period), Sliding(max_calls, period),
          Bucket(max_calls, period, any(1, 40))}) {
      LimitState state;
      int64_t now = any(1, 1000) * kSecond + any(0, kSecond - 1);
      for (int call = 0; call < 40; ++call) {
        now += any(0, 2) == 0 ? any(0, period * kSecond) : any(0, 100000);
        const int64_t cost = any(1, LimitCapacity(limit));
        const LimitStep step = StepLimit(limit, state, now, cost);
        ASSERT_GE(step.result.remaining, 0);
        ASSERT_LE(step.result.remaining, LimitCapacity(limit));
        if (step.result.allowed || CountsRefusedCalls(limit)) {
          state = step.next;
        }
        if (step.result.allowed) continue;
        const int64_t wait = absl::ToInt64Microseconds(step.result.retry_after);
        ASSERT_GT(wait, 0);
        // One microsecond for what a double rounds.
        ASSERT_TRUE(
            StepLimit(limit, state, now + wait + 1, cost).result.allowed);
        if (wait > 2) {
          ASSERT_FALSE(
              StepLimit(limit, state, now + wait - 2, cost).result.allowed);
        }
      }
    }
  }
}

TEST(EveryAlgorithm, ACallThatCostsNothingIsAdmittedAndNotCounted) {
  for (const RateLimit& limit :
       {Fixed(2, 10), Sliding(2, 10), Bucket(2, 10, 2)}) {
    Key key(limit);
    EXPECT_EQ(key.Call(11 * kSecond, 0).remaining, 2);
    EXPECT_EQ(key.Admitted(11 * kSecond, 5), 2);
    EXPECT_TRUE(key.Call(11 * kSecond, 0).allowed);
  }
}

TEST(EveryAlgorithm, ACallThatCostsTooMuchIsRefusedForGoodAndNotCounted) {
  for (const RateLimit& limit :
       {Fixed(2, 10), Sliding(2, 10), Bucket(9, 10, 2)}) {
    Key key(limit);
    for (const int64_t cost : {int64_t{3}, INT64_MAX}) {
      const LimitResult refused = key.Call(11 * kSecond, cost);
      EXPECT_FALSE(refused.allowed);
      EXPECT_EQ(refused.retry_after, absl::InfiniteDuration());
      EXPECT_EQ(refused.remaining, 2);
    }
    EXPECT_EQ(key.Admitted(11 * kSecond, 5), 2);
  }
  EXPECT_EQ(RefusalWords(Fixed(2, 10), Key(Fixed(2, 10)).Call(kSecond, 3), 3),
            "This call counts as 3 calls, of which only 2 are admitted at "
            "once.");
}

TEST(EveryAlgorithm, CountsToTheLargestLimit) {
  for (const RateLimit& limit :
       {Fixed(kMostCalls, 86400), Sliding(kMostCalls, 86400),
        Bucket(kMostCalls, 86400, kMostCalls)}) {
    Key key(limit);
    const int64_t now = 1800000000 * kSecond;
    EXPECT_TRUE(key.Call(now, kMostCalls - 1).allowed);
    EXPECT_EQ(key.Call(now).remaining, 0);
    EXPECT_FALSE(key.Call(now).allowed);
  }
}

TEST(CheckRateLimit, NamesTheFaultAndTheMend) {
  const auto message = [](const RateLimit& limit) {
    const absl::Status status = CheckRateLimit(limit);
    return std::string(status.message());
  };
  EXPECT_EQ(message(Fixed(1, 1)), "");
  EXPECT_EQ(message(Fixed(kMostCalls, 1)), "");
  EXPECT_EQ(message(Fixed(0, 1)),
            "rate limit \"g\": max_calls is 0; it must be from 1 to "
            "1000000000000");
  EXPECT_THAT(message(Fixed(-5, 1)), HasSubstr("max_calls is -5"));
  EXPECT_THAT(message(Fixed(kMostCalls + 1, 1)), HasSubstr("max_calls is"));
  EXPECT_EQ(message(Fixed(1, 0).Name("logins")),
            "rate limit \"logins\": period is 0; it must be more than zero and "
            "at most 1000000000 seconds");
  EXPECT_THAT(message(Fixed(1, -60)), HasSubstr("period is -1m"));
  EXPECT_THAT(message(RateLimit("g", 1, absl::InfiniteDuration())),
              HasSubstr("period is inf"));
  const RateLimit half("g", 1, absl::Milliseconds(500));
  EXPECT_EQ(message(half),
            "rate limit \"g\": period is 500ms; it must be whole seconds: "
            "SLIDING_WINDOW and TOKEN_BUCKET know shorter ones");
  EXPECT_EQ(message(half.By(LimitAlgorithm::kSlidingWindow)), "");
  EXPECT_EQ(message(half.By(LimitAlgorithm::kTokenBucket)), "");
  EXPECT_THAT(message(RateLimit("g", 1, absl::Nanoseconds(1500))
                          .By(LimitAlgorithm::kTokenBucket)),
              HasSubstr("whole microseconds"));
  EXPECT_EQ(message(Bucket(1, 1, 0)),
            "rate limit \"g\": burst is 0; it must be from 1 to 1000000000000");
  EXPECT_EQ(message(Bucket(1, 1, 2000000000)),
            "rate limit \"g\": burst is 2000000000, which takes more than "
            "1000000000 seconds to refill; make it smaller");
  EXPECT_EQ(message(Fixed(1, 1).Burst(0)), "");  // not looked at
  EXPECT_THAT(message(RateLimit("", 1, absl::Seconds(1))),
              HasSubstr("group is empty"));
}

}  // namespace
}  // namespace modelservice
