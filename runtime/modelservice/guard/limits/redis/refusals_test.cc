// Once Redis has refused, refusals are decided here: no more often than it
// would refuse itself, but for a second.
#include "modelservice/guard/limits/redis/refusals.h"

#include "modelservice/guard/limits/memory_store.h"
#include "modelservice/guard/limits/redis/test_support.h"

namespace modelservice {
namespace {

constexpr LimitAlgorithm kAlgorithms[] = {LimitAlgorithm::kFixedWindow,
                                          LimitAlgorithm::kSlidingWindow,
                                          LimitAlgorithm::kTokenBucket};

class RefusalsTest : public RedisTest {
 protected:
  void SetUp() override {
    RedisTest::SetUp();
    if (IsSkipped()) return;
    clock_.Set(1700000001);  // a window of 100 seconds has just begun
    options_.clock = clock_.clock();
  }
  // Without Redis.
  static bool RefusesNow(LimitStore& store, const RateLimit& limit,
                         int64_t cost = 1, LimitResult* result = nullptr) {
    const std::string key = KeyOf(limit, "x");
    LimitDecision decision;
    if (!store.DecideNow({{&limit, key, cost}}, &decision)) return false;
    EXPECT_FALSE(decision.admitted());
    if (result != nullptr) *result = decision.results[0];
    return true;
  }
  void Delete(const RateLimit& limit) {
    ASSERT_EQ(*redis_->Command({"DEL", absl::StrCat("{", options_.key_prefix,
                                                    "}:", KeyOf(limit, "x"))}),
              "1");
  }
};

TEST_F(RefusalsTest, AFloodDoesNotReachRedis) {
  const auto store = Open();
  for (const LimitAlgorithm algorithm : kAlgorithms) {
    const RateLimit limit =
        RateLimit("flooded", 3, absl::Seconds(100)).By(algorithm);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(Admits(*store, limit));
    EXPECT_FALSE(Admits(*store, limit));
    redis_->Pause();
    for (int i = 0; i < 1000; ++i) {
      ASSERT_TRUE(RefusesNow(*store, limit));
    }
    redis_->Continue();
  }
  EXPECT_EQ(store->counts().local, 3000);
  EXPECT_EQ(store->counts().refused, 3003);
  // Others are not touched by it.
  EXPECT_TRUE(Admits(*store, RateLimit("flooded", 3, absl::Seconds(100)), "y"));
}

TEST_F(RefusalsTest, TheClocksOfTheMachineWillDo) {
  options_.clock = nullptr;
  const auto store = Open();
  const RateLimit limit =
      RateLimit("real", 2, absl::Hours(24)).By(LimitAlgorithm::kTokenBucket);
  EXPECT_TRUE(Admits(*store, limit, "x", 2));
  EXPECT_FALSE(Admits(*store, limit));
  LimitResult result;
  // A second may pass meanwhile.
  while (!RefusesNow(*store, limit, 1, &result)) Admits(*store, limit);
  EXPECT_GT(result.retry_after, absl::Hours(11));
  EXPECT_LE(result.retry_after, absl::Hours(12));
}

TEST_F(RefusalsTest, IsBelievedForASecond) {
  const auto store = Open();
  for (const LimitAlgorithm algorithm : kAlgorithms) {
    const RateLimit limit =
        RateLimit("forgotten", 2, absl::Seconds(100)).By(algorithm);
    EXPECT_TRUE(Admits(*store, limit, "x", 2));
    EXPECT_FALSE(Admits(*store, limit));
    Delete(limit);
    clock_.Advance(absl::Milliseconds(999));
    EXPECT_FALSE(Admits(*store, limit));
    clock_.Advance(absl::Milliseconds(1));
    EXPECT_TRUE(Admits(*store, limit));
  }
}

TEST_F(RefusalsTest, IsBelievedNoLongerThanItHolds) {
  const auto store = Open();
  const RateLimit fast =
      RateLimit("fast", 10, absl::Seconds(1)).By(LimitAlgorithm::kTokenBucket);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(Admits(*store, fast));
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(Admits(*store, fast));
    LimitResult result;
    ASSERT_TRUE(RefusesNow(*store, fast, 1, &result));
    EXPECT_EQ(result.retry_after, absl::Milliseconds(100));
    clock_.Advance(absl::Milliseconds(60));
    ASSERT_TRUE(RefusesNow(*store, fast, 1, &result));
    // A microsecond for what a double rounds.
    EXPECT_GE(result.retry_after, absl::Milliseconds(40));
    EXPECT_LE(result.retry_after, absl::Microseconds(40001));
    EXPECT_EQ(result.remaining, 0);
    clock_.Advance(absl::Milliseconds(40));
    EXPECT_TRUE(Admits(*store, fast));
  }
}

TEST_F(RefusalsTest, WhatTheCountAdmitsIsAsked) {
  const auto store = Open();
  for (const LimitAlgorithm algorithm :
       {LimitAlgorithm::kSlidingWindow, LimitAlgorithm::kTokenBucket}) {
    const RateLimit limit =
        RateLimit("costs", 10, absl::Seconds(100)).By(algorithm);
    EXPECT_TRUE(Admits(*store, limit, "x", 6));
    EXPECT_FALSE(Admits(*store, limit, "x", 5));
    LimitResult result;
    EXPECT_TRUE(RefusesNow(*store, limit, 7, &result));
    EXPECT_EQ(result.remaining, 4);
    EXPECT_FALSE(RefusesNow(*store, limit, 4));
    EXPECT_TRUE(Admits(*store, limit, "x", 2));
    // What was known is older than that.
    EXPECT_EQ(DecideOn(*store, limit, "x", 5)->results[0].remaining, 2);
  }
}

// A fixed window counts what it refuses, until it is exhausted.
TEST_F(RefusalsTest, AFixedWindowCountsItsRefusals) {
  const RateLimit fixed("fixed", 10, absl::Seconds(100));
  const auto store = Open();
  EXPECT_TRUE(Admits(*store, fixed, "x", 8));
  EXPECT_FALSE(Admits(*store, fixed, "x", 11));  // ever
  EXPECT_FALSE(RefusesNow(*store, fixed, 5));
  EXPECT_FALSE(Admits(*store, fixed, "x", 5));
  EXPECT_TRUE(RefusesNow(*store, fixed, 1));
}

TEST_F(RefusalsTest, ACallThatCostsTooMuchDoesNotReachRedisTwice) {
  const auto store = Open();
  for (const LimitAlgorithm algorithm : kAlgorithms) {
    const RateLimit limit =
        RateLimit("dear", 10, absl::Seconds(100)).By(algorithm);
    EXPECT_FALSE(Admits(*store, limit, "x", 11));
    LimitResult result;
    EXPECT_TRUE(RefusesNow(*store, limit, 12, &result));
    EXPECT_EQ(result.retry_after, absl::InfiniteDuration());
    EXPECT_EQ(result.remaining, 10);
    EXPECT_TRUE(Admits(*store, limit, "x", 10));
  }
}

TEST_F(RefusalsTest, OneBehindOthersThatCountNothing) {
  const auto store = Open();
  const RateLimit wide = RateLimit("wide", 100, absl::Seconds(100))
                             .By(LimitAlgorithm::kSlidingWindow);
  const RateLimit outer("outer", 100, absl::Seconds(100));
  const RateLimit narrow("narrow", 2, absl::Seconds(100));
  const std::string wide_key = KeyOf(wide, "x");
  const std::string outer_key = KeyOf(outer, "x");
  const std::string narrow_key = KeyOf(narrow, "x");
  const LimitCharge behind_wide[] = {{&wide, wide_key, 1},
                                     {&narrow, narrow_key, 1}};
  const LimitCharge behind_outer[] = {{&outer, outer_key, 1},
                                      {&narrow, narrow_key, 1}};
  EXPECT_TRUE(DecideAndWait(*store, behind_wide)->admitted());
  EXPECT_TRUE(DecideAndWait(*store, behind_outer)->admitted());
  EXPECT_EQ(DecideAndWait(*store, behind_wide)->refused_by, 1);
  LimitDecision decision;
  EXPECT_TRUE(store->DecideNow(behind_wide, &decision));
  EXPECT_EQ(decision.refused_by, 1);
  ASSERT_EQ(decision.results.size(), 2u);
  EXPECT_TRUE(decision.results[0].allowed);
  EXPECT_EQ(DecideOn(*store, wide, "x", 0)->results[0].remaining, 99);
  // A fixed window counts what one behind it refuses.
  EXPECT_FALSE(store->DecideNow(behind_outer, &decision));
  EXPECT_EQ(DecideAndWait(*store, behind_outer)->refused_by, 1);
  EXPECT_EQ(DecideOn(*store, outer, "x", 0)->results[0].remaining, 98);
}

TEST_F(RefusalsTest, AShadowRefusesNobody) {
  const auto store = Open();
  const RateLimit shadow = RateLimit("shadow", 2, absl::Seconds(100)).Shadow();
  EXPECT_TRUE(Admits(*store, shadow, "x", 2));
  for (int i = 0; i < 10; ++i) {
    const auto decision = DecideOn(*store, shadow);
    EXPECT_TRUE(decision->admitted());
    EXPECT_FALSE(decision->results[0].allowed);
  }
  EXPECT_EQ(store->counts().shadow_refused, 10);
}

// Two servers, in turn: each is told no more than Redis would say.
TEST_F(RefusalsTest, ServersAdmitTogetherWhatTheLimitAdmits) {
  for (const LimitAlgorithm algorithm : kAlgorithms) {
    const RateLimit limit =
        RateLimit("shared", 20, absl::Seconds(10)).By(algorithm);
    clock_.Set(1700000001);
    const auto first = Open();
    const auto second = Open();
    const auto memory = NewMemoryLimitStore({1000, clock_.clock()});
    for (int i = 0; i < 1000; ++i) {
      clock_.Advance(absl::Milliseconds(i % 7 * 10));
      LimitStore& store = i % 2 == 0 ? *first : *second;
      ASSERT_EQ(Admits(store, limit), CallOnce(*memory, limit, "x").allowed)
          << i;
    }
    EXPECT_GT(first->counts().local + second->counts().local, 300);
  }
}

TEST(Refusals, OfManyKeysStayBounded) {
  FakeClock clock;
  Refusals refusals(160, clock.clock());
  const RateLimit limit("g", 1, absl::Hours(1));
  const int64_t now = 3600 * 1000000LL * 10 + 1;
  const auto learn = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      refusals.Learn(absl::StrCat("key", i), clock.now(), now,
                     {3600 * 10, 2, 0});
    }
  };
  const auto refuses = [&](int i) {
    LimitResult result;
    return refusals.Find({&limit, absl::StrCat("key", i), 1}, &result);
  };
  learn(0, 10000);
  EXPECT_TRUE(refuses(0));
  EXPECT_LE(refusals.keys(), 160);
  EXPECT_GE(refusals.keys(), 150);
  // Those that are not believed any more make room.
  clock.Advance(absl::Seconds(1));
  EXPECT_FALSE(refuses(0));
  learn(20000, 30000);
  clock.Advance(absl::Seconds(1));
  learn(40000, 50000);
  EXPECT_TRUE(refuses(40000));
  EXPECT_LE(refusals.keys(), 160);
  refusals.Forget("key40000");
  EXPECT_FALSE(refuses(40000));
}

}  // namespace
}  // namespace modelservice
