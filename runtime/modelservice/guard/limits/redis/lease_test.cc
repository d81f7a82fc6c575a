// The lease mode: most decisions are made here, and not more is admitted than
// leases.h says.
#include <atomic>
#include <thread>

#include "modelservice/guard/limits/redis/leases.h"
#include "modelservice/guard/limits/redis/test_support.h"

namespace modelservice {
namespace {

constexpr RateLimit kFixed("fixed", 1000, absl::Seconds(100));

class LeaseTest : public RedisTest {
 protected:
  void SetUp() override {
    RedisTest::SetUp();
    clock_.Set(1700000001);  // a window of 100 seconds has just begun
    options_.clock = clock_.clock();
    options_.lease = absl::Seconds(1);
  }
};

TEST_F(LeaseTest, MostDecisionsAreMadeHere) {
  const auto store = Open();
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(Admits(*store, kFixed));
  const LimitCounts counts = store->counts();
  EXPECT_EQ(counts.admitted, 500);
  EXPECT_GE(counts.local, 480);
  EXPECT_EQ(counts.keys, 1);
}

TEST_F(LeaseTest, ARareCallTakesNothingInAdvance) {
  const auto store = Open();
  options_.lease = absl::ZeroDuration();
  const auto other = Open();
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(Admits(*store, kFixed));
    clock_.Advance(absl::Seconds(2));
  }
  EXPECT_EQ(store->counts().local, 0);
  EXPECT_EQ(DecideOn(*other, kFixed, "x", 0)->results[0].remaining, 980);
}

TEST_F(LeaseTest, ASmallLimitStaysExact) {
  const RateLimit small("small", 7, absl::Seconds(100));
  const auto first = Open();
  const auto second = Open();
  int admitted = 0;
  for (int i = 0; i < 20; ++i) {
    admitted += Admits(i % 2 == 0 ? *first : *second, small);
  }
  EXPECT_EQ(admitted, 7);
}

TEST_F(LeaseTest, WhatIsLeftOverIsGivenBack) {
  const auto store = Open();
  options_.lease = absl::ZeroDuration();
  const auto other = Open();
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(Admits(*store, kFixed));
  const int64_t before = DecideOn(*other, kFixed, "x", 0)->results[0].remaining;
  EXPECT_LT(before, 900);  // some are here
  clock_.Advance(absl::Seconds(2));
  EXPECT_TRUE(Admits(*store, kFixed));
  const auto after = DecideOn(*other, kFixed, "x", 0);
  EXPECT_GT(after->results[0].remaining, before);
  // Half as much each time that it is not used up.
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(Admits(*store, kFixed));
    clock_.Advance(absl::Seconds(2));
  }
  EXPECT_EQ(DecideOn(*other, kFixed, "x", 0)->results[0].remaining, 1000 - 111);
}

TEST_F(LeaseTest, ManyQuestionsAtATimeTakeOneSlice) {
  const auto store = Open();
  options_.lease = absl::ZeroDuration();
  const auto other = Open();
  EXPECT_TRUE(Admits(*store, kFixed));
  const std::string key = KeyOf(kFixed, "x");
  std::vector<std::promise<bool>> admitted(200);
  redis_->Pause();
  for (std::promise<bool>& one : admitted) {
    store->Decide({{&kFixed, key, 1}},
                  [&one](const absl::StatusOr<LimitDecision>& decision) {
                    one.set_value(decision.ok() && decision->admitted());
                  });
  }
  redis_->Continue();
  for (std::promise<bool>& one : admitted) {
    EXPECT_TRUE(one.get_future().get());
  }
  EXPECT_EQ(DecideOn(*other, kFixed, "x", 0)->results[0].remaining,
            1000 - 201 - 1);
}

TEST_F(LeaseTest, ALeaseEndsWithItsWindow) {
  options_.lease = absl::Seconds(30);
  const auto store = Open();
  const auto other = Open();
  clock_.Set(1700000090);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(Admits(*store, kFixed));
  ASSERT_GT(store->counts().local, 0);
  // The next window: nothing of the former one is used in it.
  clock_.Set(1700000101);
  int admitted = 0;
  for (int i = 0; i < 1500; ++i) {
    admitted += Admits(*other, kFixed);
    admitted += Admits(*store, kFixed);
  }
  EXPECT_EQ(admitted, 1000);
}

TEST_F(LeaseTest, ServersTogetherAdmitNoMoreThanTheLimit) {
  options_.lease = absl::Hours(1);  // the clock stands still
  const auto first = Open();
  const auto second = Open();
  for (const LimitAlgorithm algorithm :
       {LimitAlgorithm::kFixedWindow, LimitAlgorithm::kSlidingWindow,
        LimitAlgorithm::kTokenBucket}) {
    const RateLimit limit =
        RateLimit("shared", 5000, absl::Seconds(10000)).By(algorithm);
    std::atomic<int> admitted{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        LimitStore& store = t % 2 == 0 ? *first : *second;
        for (int i = 0; i < 3000; ++i) admitted += Admits(store, limit);
      });
    }
    for (std::thread& thread : threads) thread.join();
    // Exactly: each server goes on until its own slice is used, too.
    EXPECT_EQ(admitted, 5000);
  }
  EXPECT_GT(first->counts().local, first->counts().admitted / 2);
}

// A bucket's calls may be used later than they were spent, by the lease.
TEST_F(LeaseTest, ABucketAdmitsWhatItWouldInALeaseMore) {
  const RateLimit bucket = RateLimit("bucket", 100, absl::Seconds(1))
                               .By(LimitAlgorithm::kTokenBucket);
  const auto first = Open();
  const auto second = Open();
  int64_t admitted = 0;
  int seconds = 0;
  for (int step = 0; step < 400; ++step) {
    for (int i = 0; i < 10; ++i) {
      admitted += Admits(*first, bucket);
      admitted += Admits(*second, bucket);
    }
    clock_.Advance(absl::Milliseconds(50));
    seconds = (step + 1) / 20;
    ASSERT_LE(admitted, 100 + 100 * (seconds + 1) + 100);
  }
  EXPECT_EQ(seconds, 20);
  EXPECT_GE(admitted, 100 * 20 * 9 / 10);
}

TEST_F(LeaseTest, ARefusalHoldsForItsTime) {
  const RateLimit small("small", 2, absl::Seconds(100));
  const auto store = Open();
  EXPECT_TRUE(Admits(*store, small));
  EXPECT_TRUE(Admits(*store, small));
  const auto refused = DecideOn(*store, small);
  EXPECT_FALSE(refused->admitted());
  clock_.Advance(absl::Milliseconds(500));
  const auto here = DecideOn(*store, small);
  EXPECT_FALSE(here->admitted());
  EXPECT_EQ(store->counts().local, 1);
  EXPECT_EQ(here->results[0].retry_after,
            refused->results[0].retry_after - absl::Milliseconds(500));
  // Then Redis is asked again, which may know better.
  clock_.Advance(absl::Milliseconds(600));
  ASSERT_EQ(*redis_->Command({"DEL", absl::StrCat("{", options_.key_prefix,
                                                  "}:", KeyOf(small, "x"))}),
            "1");
  EXPECT_TRUE(Admits(*store, small));
}

TEST_F(LeaseTest, SeveralLimitsAreAllOrNothingHereToo) {
  const RateLimit wide = RateLimit("wide", 1000, absl::Seconds(1000))
                             .By(LimitAlgorithm::kTokenBucket);
  const RateLimit narrow = RateLimit("narrow", 200, absl::Seconds(1000))
                               .By(LimitAlgorithm::kTokenBucket);
  const auto store = Open();
  const std::string wide_key = KeyOf(wide, "x");
  const std::string narrow_key = KeyOf(narrow, "x");
  int admitted = 0;
  for (int i = 0; i < 600; ++i) {
    const auto decision =
        DecideAndWait(*store, {{&wide, wide_key, 1}, {&narrow, narrow_key, 1}});
    ASSERT_TRUE(decision.ok()) << decision.status();
    admitted += decision->admitted();
    if (!decision->admitted()) {
      ASSERT_EQ(decision->refused_by, 1);
    }
  }
  EXPECT_EQ(admitted, 200);
  // Of the wide one no more is spent than what was admitted: alone it admits
  // the rest, as slices and all.
  int rest = 0;
  for (int i = 0; i < 1200; ++i) rest += Admits(*store, wide);
  EXPECT_EQ(rest, 800);
}

TEST_F(LeaseTest, AnInnerRefusalSpendsTheOuterFixedWindowHereToo) {
  const RateLimit inner("inner", 100, absl::Seconds(100));
  const auto store = Open();
  const std::string outer_key = KeyOf(kFixed, "x");
  const std::string inner_key = KeyOf(inner, "x");
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(
        DecideAndWait(*store, {{&kFixed, outer_key, 1}, {&inner, inner_key, 1}})
            .ok());
  }
  EXPECT_FALSE(Admits(*store, kFixed));
}

TEST(Leases, OfManyKeysStayBounded) {
  FakeClock clock;
  Leases leases(absl::Seconds(1), 160, clock.clock());
  const auto ask = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      ScriptCharge charge;
      charge.limit = &kFixed;
      leases.Ask(absl::StrCat("key", i), &charge);
    }
  };
  ask(0, 10000);
  EXPECT_LE(leases.keys(), 160);
  EXPECT_GE(leases.keys(), 150);
  // Those that are over make room.
  clock.Advance(absl::Seconds(5));
  ask(20000, 20010);
  ScriptCharge again;
  again.limit = &kFixed;
  leases.Ask("key20009", &again);
  EXPECT_EQ(again.wanted, 1);
}

}  // namespace
}  // namespace modelservice
