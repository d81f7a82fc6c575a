// What a store in a Redis decides: the same as one in memory, and for several
// servers together.
#include <atomic>
#include <future>
#include <random>
#include <thread>

#include "absl/strings/numbers.h"
#include "modelservice/guard/limits/memory_store.h"
#include "modelservice/guard/limits/redis/test_support.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

constexpr RateLimit kFixed("fixed", 10, absl::Seconds(60));
constexpr RateLimit kOther("other", 3, absl::Seconds(60));

using StoreTest = RedisTest;

TEST_F(StoreTest, CountsByTheClockOfRedis) {
  const auto store = Open();
  const RateLimit day("day", 2, absl::Hours(24));
  EXPECT_TRUE(Admits(*store, day));
  EXPECT_TRUE(Admits(*store, day));
  const auto refused = DecideOn(*store, day);
  ASSERT_TRUE(refused.ok());
  EXPECT_FALSE(refused->admitted());
  EXPECT_GT(refused->results[0].retry_after, absl::ZeroDuration());
  EXPECT_LE(refused->results[0].retry_after, absl::Hours(24));
  EXPECT_TRUE(Admits(*store, day, "another"));
  const LimitCounts counts = store->counts();
  EXPECT_EQ(counts.admitted, 3);
  EXPECT_EQ(counts.refused, 1);
  EXPECT_EQ(counts.failed, 0);
  EXPECT_EQ(counts.local, 0);
  EXPECT_EQ(counts.asked, 4);
}

TEST_F(StoreTest, KeysExpireAndAreInOneSlot) {
  const auto store = Open();
  const RateLimit limits[] = {
      RateLimit("a", 2, absl::Seconds(100)),
      RateLimit("b", 2, absl::Seconds(100)).By(LimitAlgorithm::kSlidingWindow),
      RateLimit("c", 2, absl::Seconds(100)).By(LimitAlgorithm::kTokenBucket)};
  for (const RateLimit& limit : limits) {
    EXPECT_TRUE(Admits(*store, limit));
    const std::string key =
        absl::StrCat("{", options_.key_prefix, "}:", KeyOf(limit, "x"));
    const auto left = redis_->Command({"TTL", key});
    ASSERT_TRUE(left.ok());
    int seconds = 0;
    ASSERT_TRUE(absl::SimpleAtoi(*left, &seconds)) << *left;
    EXPECT_GE(seconds, 0);
    EXPECT_LE(seconds, 202);
  }
}

// The script and algorithm.cc are the same arithmetic in two languages.
TEST_F(StoreTest, DecidesAsTheStoreInMemoryDoes) {
  clock_.Set(1700000000.25);
  options_.clock = clock_.clock();
  FakeClock steady;
  options_.steady_clock = steady.clock();
  const auto redis = Open();
  const auto memory = NewMemoryLimitStore({1000, clock_.clock()});
  std::mt19937 random(7);
  const auto any = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  int refused = 0;
  int several = 0;
  for (int round = 0; round < 60; ++round) {
    const std::string group = absl::StrCat("round", round);
    // In every other round the clock is set back now and then, by less and by
    // more than a period.
    const bool set_back = round % 2 == 0;
    std::vector<RateLimit> limits;
    const int64_t count = any(1, 3);
    for (int64_t i = 0; i < count; ++i) {
      RateLimit limit = RateLimit(group, any(1, 20), absl::Seconds(any(1, 30)))
                            .By(static_cast<LimitAlgorithm>(any(0, 2)))
                            .Burst(any(1, 30));
      if (any(0, 5) == 0) limit = limit.Shadow();
      limits.push_back(limit);
    }
    for (int call = 0; call < 50; ++call) {
      const absl::Duration passed = absl::Microseconds(
          any(0, 3) == 0 ? any(0, 20000000) : any(0, 200000));
      clock_.Advance(passed);
      steady.Advance(passed);
      if (set_back) {
        if (any(0, 9) == 0) {
          clock_.Advance(-absl::Microseconds(any(0, 40000000)));
        }
        // Nothing is known here of what Redis said to the call before.
        steady.Advance(absl::Seconds(1));
      }
      const int64_t cost = any(0, 9) == 0 ? any(0, 25) : any(1, 3);
      std::vector<std::string> keys;
      std::vector<LimitCharge> charges;
      for (size_t i = 0; i < limits.size(); ++i) {
        keys.push_back(KeyOf(limits[i], absl::StrCat(i)));
      }
      for (size_t i = 0; i < limits.size(); ++i) {
        charges.push_back({&limits[i], keys[i], cost});
      }
      LimitDecision expected;
      memory->DecideNow(charges, &expected);
      const int64_t local = redis->counts().local;
      const auto decision = DecideAndWait(*redis, charges);
      ASSERT_TRUE(decision.ok()) << decision.status();
      const bool asked = redis->counts().local == local;
      ASSERT_EQ(decision->admitted(), expected.admitted())
          << "round " << round << " call " << call;
      refused += !expected.admitted();
      several += expected.refused_by > 0;
      // One in front of the refusal that is known may refuse as well.
      if (!asked && expected.refused_by < decision->refused_by) continue;
      ASSERT_EQ(decision->refused_by, expected.refused_by);
      ASSERT_EQ(decision->results.size(), expected.results.size());
      for (size_t i = 0; i < expected.results.size(); ++i) {
        const LimitResult& a = decision->results[i];
        const LimitResult& b = expected.results[i];
        // In front of a refusal that was known.
        if (!asked && a.allowed) continue;
        ASSERT_EQ(a.allowed, b.allowed);
        ASSERT_EQ(a.remaining, b.remaining);
        ASSERT_EQ(a.retry_after, b.retry_after);
        ASSERT_EQ(a.reset, b.reset);
      }
    }
  }
  // It did meet what it is for.
  EXPECT_GT(refused, 500);
  EXPECT_GT(several, 50);
  EXPECT_GT(redis->counts().local, 100);
}

TEST_F(StoreTest, AStepBackOfItsClockOpensNothingAgain) {
  options_.clock = clock_.clock();
  for (const LimitAlgorithm algorithm :
       {LimitAlgorithm::kFixedWindow, LimitAlgorithm::kSlidingWindow,
        LimitAlgorithm::kTokenBucket}) {
    const RateLimit limit =
        RateLimit("stepped", 5, absl::Seconds(60)).By(algorithm);
    const bool fixed = algorithm == LimitAlgorithm::kFixedWindow;
    int admitted = 0;
    for (const double seconds : {1.2, -1.1, 1.4}) {
      clock_.Set(1700000040 + fixed + seconds);
      // One that has not seen Redis refuse.
      const auto store = Open();
      for (int i = 0; i < 6; ++i) admitted += Admits(*store, limit);
    }
    EXPECT_EQ(admitted, 5);
    // Far back, the count comes along, and goes from there.
    clock_.Set(1600000000);
    EXPECT_FALSE(Admits(*Open(), limit));
    clock_.Set(1600000000 + 180);
    EXPECT_TRUE(Admits(*Open(), limit));
  }
}

TEST_F(StoreTest, CountsTheLargestLimitsExactly) {
  clock_.Set(1800000000);
  options_.clock = clock_.clock();
  const auto store = Open();
  constexpr int64_t kMost = 1000000000000;
  for (const LimitAlgorithm algorithm :
       {LimitAlgorithm::kFixedWindow, LimitAlgorithm::kSlidingWindow,
        LimitAlgorithm::kTokenBucket}) {
    const RateLimit limit =
        RateLimit("large", kMost, absl::Hours(24)).By(algorithm);
    EXPECT_TRUE(Admits(*store, limit, "x", kMost - 1));
    EXPECT_EQ(DecideOn(*store, limit)->results[0].remaining, 0);
    EXPECT_FALSE(Admits(*store, limit));
    const auto too_much = DecideOn(*store, limit, "y", INT64_MAX);
    EXPECT_EQ(too_much->results[0].retry_after, absl::InfiniteDuration());
    EXPECT_EQ(too_much->results[0].remaining, kMost);
  }
}

// Two servers, each with its own connection, and many threads.
TEST_F(StoreTest, ServersShareOneLimitExactly) {
  const auto first = Open();
  const auto second = Open();
  constexpr int kThreads = 4;
  for (const LimitAlgorithm algorithm :
       {LimitAlgorithm::kFixedWindow, LimitAlgorithm::kSlidingWindow,
        LimitAlgorithm::kTokenBucket}) {
    const RateLimit limit =
        RateLimit("shared", 1000, absl::Hours(24 * 365)).By(algorithm);
    std::atomic<int> admitted{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        LimitStore& store = t % 2 == 0 ? *first : *second;
        for (int i = 0; i < 400; ++i) admitted += Admits(store, limit);
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(admitted, 1000);
  }
}

TEST_F(StoreTest, NobodyWaitsForTheAnswer) {
  const auto store = Open();
  const RateLimit limit("many", 500, absl::Hours(24 * 365));
  const std::string key = KeyOf(limit, "x");
  constexpr int kCalls = 2000;
  redis_->Pause();
  std::atomic<int> admitted{0};
  std::atomic<int> answers{0};
  std::promise<void> all;
  for (int i = 0; i < kCalls; ++i) {
    store->Decide({{&limit, key, 1}},
                  [&](const absl::StatusOr<LimitDecision>& decision) {
                    admitted += decision.ok() && decision->admitted();
                    if (++answers == kCalls) all.set_value();
                  });
  }
  // All were handed over while Redis stood still.
  EXPECT_EQ(answers, 0);
  redis_->Continue();
  all.get_future().wait();
  EXPECT_EQ(admitted, 500);
}

TEST_F(StoreTest, AForgottenScriptIsSentAgain) {
  const auto store = Open();
  EXPECT_TRUE(Admits(*store, kOther));
  ASSERT_EQ(*redis_->Command({"SCRIPT", "FLUSH"}), "OK");
  EXPECT_TRUE(Admits(*store, kOther));
  EXPECT_TRUE(Admits(*store, kOther));
  EXPECT_FALSE(Admits(*store, kOther));
  EXPECT_EQ(store->counts().reconnects, 0);
}

TEST_F(StoreTest, AnotherProgramsKeyIsAnErrorAndNoCrash) {
  const auto store = Open();
  const std::string key =
      absl::StrCat("{", options_.key_prefix, "}:", KeyOf(kFixed, "x"));
  ASSERT_EQ(*redis_->Command({"SET", key, "text"}), "OK");
  const auto decision = DecideOn(*store, kFixed);
  EXPECT_EQ(decision.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(decision.status().message()), HasSubstr("WRONGTYPE"));
  EXPECT_EQ(store->counts().failed, 1);
  // The connection is as good as before.
  EXPECT_TRUE(Admits(*store, kFixed, "y"));
}

TEST_F(StoreTest, PrefixesAndDatabasesAreApart) {
  const auto store = Open();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Admits(*store, kOther));
  EXPECT_FALSE(Admits(*store, kOther));
  options_.url = absl::StrCat("redis://127.0.0.1:", redis_->port(), "/5");
  EXPECT_TRUE(Admits(*Open(), kOther));
  options_.url = redis_->url();
  EXPECT_FALSE(Admits(*Open(), kOther));
  options_.key_prefix = "another";
  EXPECT_TRUE(Admits(*Open(), kOther));
}

TEST_F(StoreTest, SaysWhatIsWrongWithTheSettings) {
  const auto error = [&] {
    return std::string(OpenRedisLimitStore(options_).status().message());
  };
  options_.key_prefix = "a{b}";
  EXPECT_THAT(error(), HasSubstr("key_prefix \"a{b}\" must have"));
  options_.key_prefix = "";
  EXPECT_THAT(error(), HasSubstr("key_prefix \"\" must have"));
  options_.key_prefix = "p";
  options_.timeout = absl::ZeroDuration();
  EXPECT_THAT(error(), HasSubstr("timeout must be more than 0"));
  options_.timeout = kPatientTimeout;
  options_.lease = absl::Milliseconds(-1);
  EXPECT_THAT(error(), HasSubstr("lease must be 0"));
  options_.lease = absl::ZeroDuration();
  options_.url = absl::StrCat("redis://127.0.0.1:", redis_->port(), "/99");
  EXPECT_THAT(error(), HasSubstr("DB index is out of range"));
  options_.url = absl::StrCat("redis://:wrong@127.0.0.1:", redis_->port());
  EXPECT_EQ(OpenRedisLimitStore(options_).status().code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(error(), HasSubstr("store redis://127.0.0.1:"));
  EXPECT_THAT(error(), testing::Not(HasSubstr("wrong@")));
}

TEST(StorePassword, IsAsked) {
  RedisServer::Options server_options;
  server_options.password = "s3cret pass";
  const auto redis = RedisServer::Start(server_options);
  if (RedisServer::MaySkip(redis.status())) {
    GTEST_SKIP() << redis.status().message();
  }
  ASSERT_TRUE(redis.ok()) << redis.status();
  RedisLimitStoreOptions options;
  options.timeout = kPatientTimeout;
  options.url =
      absl::StrCat("redis://:s3cret%20pass@127.0.0.1:", (*redis)->port());
  const auto store = OpenRedisLimitStore(options);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_TRUE(Admits(**store, kOther));
  options.url = absl::StrCat("redis://127.0.0.1:", (*redis)->port());
  const auto none = OpenRedisLimitStore(options);
  EXPECT_EQ(none.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("NOAUTH"));
}

}  // namespace
}  // namespace modelservice
