#include "modelservice/guard/limits/memory_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/limits/test_support.h"

namespace modelservice {
namespace {

constexpr RateLimit kFixed("fixed", 10, absl::Seconds(60));
constexpr RateLimit kOther = RateLimit("other", 3, absl::Seconds(60));
constexpr RateLimit kSliding = RateLimit("sliding", 10, absl::Seconds(60))
                                   .By(LimitAlgorithm::kSlidingWindow);
constexpr RateLimit kBucket =
    RateLimit("bucket", 3, absl::Seconds(60)).By(LimitAlgorithm::kTokenBucket);

class MemoryStoreTest : public testing::Test {
 protected:
  // Decides about one call on several limits.
  LimitDecision Call(const std::vector<RateLimit>& limits, int64_t cost = 1) {
    std::vector<std::string> keys;
    for (const RateLimit& limit : limits) keys.push_back(KeyOf(limit, "x"));
    std::vector<LimitCharge> charges;
    for (size_t i = 0; i < limits.size(); ++i) {
      charges.push_back({&limits[i], keys[i], cost});
    }
    LimitDecision decision;
    EXPECT_TRUE(store_->DecideNow(charges, &decision));
    return decision;
  }
  // What is left, found out without counting.
  int64_t Remaining(const RateLimit& limit) {
    return CallOnce(*store_, limit, "x", 0).remaining;
  }

  FakeClock clock_;
  std::unique_ptr<LimitStore> store_ =
      NewMemoryLimitStore({1000000, clock_.clock()});
};

TEST_F(MemoryStoreTest, CountsKeysApart) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(CallOnce(*store_, kFixed, "a").allowed);
  }
  EXPECT_FALSE(CallOnce(*store_, kFixed, "a").allowed);
  EXPECT_TRUE(CallOnce(*store_, kFixed, "b").allowed);
  const LimitCounts counts = store_->counts();
  EXPECT_EQ(counts.admitted, 11);
  EXPECT_EQ(counts.refused, 1);
  EXPECT_EQ(counts.keys, 2);
}

TEST_F(MemoryStoreTest, NoLimitsAdmit) { EXPECT_TRUE(Call({}).admitted()); }

TEST_F(MemoryStoreTest, AnInnerRefusalStillSpendsTheOuterFixedWindow) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Call({kFixed, kOther}).admitted());
  const LimitDecision refused = Call({kFixed, kOther});
  EXPECT_EQ(refused.refused_by, 1);
  EXPECT_EQ(refused.results.size(), 2u);
  EXPECT_EQ(Remaining(kFixed), 6);
}

TEST_F(MemoryStoreTest, AnOuterRefusalDoesNotReachTheInnerLimit) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Call({kOther, kFixed}).admitted());
  const LimitDecision refused = Call({kOther, kFixed});
  EXPECT_EQ(refused.refused_by, 0);
  EXPECT_EQ(refused.results.size(), 1u);
  EXPECT_EQ(Remaining(kFixed), 7);
}

TEST_F(MemoryStoreTest, OthersAreAllOrNothing) {
  for (const RateLimit& outer : {kSliding, kBucket.Burst(10)}) {
    const RateLimit inner = RateLimit(outer.group, 2, absl::Seconds(600))
                                .By(LimitAlgorithm::kTokenBucket);
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(Call({outer, inner}).admitted());
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(Call({outer, inner}).refused_by, 1);
    }
    EXPECT_EQ(Remaining(outer), 8) << outer.group;
  }
}

TEST_F(MemoryStoreTest, AFixedWindowInsideSpendsNothingOfWhatIsAround) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Call({kSliding, kOther}).admitted());
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(Call({kSliding, kOther}).admitted());
  EXPECT_EQ(Remaining(kSliding), 7);
}

TEST_F(MemoryStoreTest, AShadowRefusesNobody) {
  const RateLimit shadow = kOther.Shadow();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(Call({shadow, kFixed}).admitted());
  const LimitDecision refused = Call({shadow, kFixed});
  EXPECT_EQ(refused.refused_by, 1);
  EXPECT_FALSE(refused.results[0].allowed);
  const LimitCounts counts = store_->counts();
  EXPECT_EQ(counts.admitted, 10);
  EXPECT_EQ(counts.shadow_refused, 7);
  EXPECT_EQ(counts.refused, 1);
}

TEST_F(MemoryStoreTest, CostsAreCountedByEachLimit) {
  EXPECT_TRUE(Call({kFixed, kBucket}, 3).admitted());
  EXPECT_EQ(Remaining(kFixed), 7);
  EXPECT_EQ(Remaining(kBucket), 0);
  EXPECT_EQ(Call({kBucket}, 4).results[0].retry_after,
            absl::InfiniteDuration());
}

TEST_F(MemoryStoreTest, DecideAnswersAtOnce) {
  const std::string key = KeyOf(kFixed, "x");
  int answers = 0;
  store_->Decide({{&kFixed, key, 1}},
                 [&](const absl::StatusOr<LimitDecision>& decision) {
                   EXPECT_TRUE(decision.ok() && decision->admitted());
                   ++answers;
                 });
  EXPECT_EQ(answers, 1);
}

TEST_F(MemoryStoreTest, TheRealClockRuns) {
  const auto store = NewMemoryLimitStore({});
  EXPECT_TRUE(CallOnce(*store, RateLimit("g", 1, absl::Hours(24))).allowed);
  EXPECT_FALSE(CallOnce(*store, RateLimit("g", 1, absl::Hours(24))).allowed);
}

TEST_F(MemoryStoreTest, TheWallClockOnlyNamesWindows) {
  FakeClock steady;
  const auto store =
      NewMemoryLimitStore({1000000, clock_.clock(), steady.clock()});
  clock_.Set(1700000000);
  for (const RateLimit& limit : {kSliding, kBucket.Burst(10)}) {
    const auto admitted = [&] {
      int admitted = 0;
      for (int i = 0; i < 20; ++i) {
        admitted += CallOnce(*store, limit, "x").allowed;
      }
      return admitted;
    };
    EXPECT_GT(admitted(), 0);
    // Whatever the wall's does.
    for (const int hours : {24, -48, 1, 500}) {
      clock_.Advance(absl::Hours(hours));
      EXPECT_EQ(admitted(), 0) << limit.group << hours;
    }
    steady.Advance(absl::Minutes(10));
    EXPECT_GT(admitted(), 0);
  }
}

// A step back over the edge of a window, and its return.
TEST_F(MemoryStoreTest, AWindowOpensOnce) {
  FakeClock steady;
  const auto store =
      NewMemoryLimitStore({1000000, clock_.clock(), steady.clock()});
  int admitted = 0;
  for (const double seconds : {0.2, -0.1, 0.3, -30.0, 20.0}) {
    clock_.Set(1700000041 + seconds);
    for (int i = 0; i < 12; ++i) {
      admitted += CallOnce(*store, kFixed, "x").allowed;
    }
  }
  EXPECT_EQ(admitted, 10);
}

TEST_F(MemoryStoreTest, ACountThatWasMovedIsKept) {
  const auto store = NewMemoryLimitStore({1000000, clock_.clock()});
  for (const RateLimit& limit : {kFixed, kSliding, kBucket}) {
    clock_.Set(1700000000);
    while (CallOnce(*store, limit, "x").allowed) {
    }
    clock_.Set(1600000000);
    EXPECT_FALSE(CallOnce(*store, limit, "x").allowed);
    clock_.Set(1600000000 + 180);
    EXPECT_TRUE(CallOnce(*store, limit, "x").allowed);
  }
}

TEST_F(MemoryStoreTest, ThreadsOnOneKeyAdmitExactlyTheLimit) {
  constexpr int kThreads = 8;
  constexpr int kCalls = 2000;
  for (const LimitAlgorithm algorithm :
       {LimitAlgorithm::kFixedWindow, LimitAlgorithm::kSlidingWindow,
        LimitAlgorithm::kTokenBucket}) {
    const RateLimit limit =
        RateLimit("hammered", 5000, absl::Seconds(60)).By(algorithm);
    std::atomic<int> admitted{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kCalls; ++i) {
          admitted += CallOnce(*store_, limit, "x").allowed;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(admitted, 5000);
  }
}

TEST_F(MemoryStoreTest, ThreadsOnSeveralKeysAreAllOrNothing) {
  constexpr int kThreads = 8;
  const RateLimit all = RateLimit("all", 3000, absl::Seconds(60))
                            .By(LimitAlgorithm::kTokenBucket);
  const RateLimit each = RateLimit("each", 700, absl::Seconds(60))
                             .By(LimitAlgorithm::kTokenBucket);
  std::atomic<int> admitted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const std::string all_key = KeyOf(all, "");
      const std::string each_key = KeyOf(each, absl::StrCat(t % 4));
      for (int i = 0; i < 1000; ++i) {
        // In both orders: neither may wait for the other for ever.
        LimitCharge charges[] = {{&all, all_key, 1}, {&each, each_key, 1}};
        if (i % 2 == 0) std::swap(charges[0], charges[1]);
        LimitDecision decision;
        store_->DecideNow(charges, &decision);
        admitted += decision.admitted();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // Four keys of 700 fit into 3000.
  EXPECT_EQ(admitted, 2800);
  EXPECT_EQ(CallOnce(*store_, all, "", 0).remaining, 200);
}

}  // namespace
}  // namespace modelservice
