// What the tests of the Redis store share: one server for a program, and one
// prefix of keys for each test.
#ifndef MODELSERVICE_GUARD_LIMITS_REDIS_TEST_SUPPORT_H_
#define MODELSERVICE_GUARD_LIMITS_REDIS_TEST_SUPPORT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/limits/redis/redis_store.h"
#include "modelservice/guard/limits/test_support.h"
#include "modelservice/testing/redis_server.h"

namespace modelservice {

// Long enough that no decision of a busy machine fails by it.
constexpr absl::Duration kPatientTimeout = absl::Seconds(20);

// Asks the store and waits for its answer.
inline absl::StatusOr<LimitDecision> DecideAndWait(
    LimitStore& store, absl::Span<const LimitCharge> charges) {
  LimitDecision now;
  if (store.DecideNow(charges, &now)) return now;
  std::promise<absl::StatusOr<LimitDecision>> promise;
  std::future<absl::StatusOr<LimitDecision>> answer = promise.get_future();
  store.Decide(charges, [promise = std::move(promise)](
                            const absl::StatusOr<LimitDecision>& d) mutable {
    promise.set_value(d);
  });
  return answer.get();
}

inline absl::StatusOr<LimitDecision> DecideOn(LimitStore& store,
                                              const RateLimit& limit,
                                              absl::string_view part = "x",
                                              int64_t cost = 1) {
  const std::string key = KeyOf(limit, part);
  return DecideAndWait(store, {{&limit, key, cost}});
}

inline bool Admits(LimitStore& store, const RateLimit& limit,
                   absl::string_view part = "x", int64_t cost = 1) {
  const auto decision = DecideOn(store, limit, part, cost);
  EXPECT_TRUE(decision.ok()) << decision.status();
  return decision.ok() && decision->admitted();
}

// Asks until it answers, as it does once it is connected again.
inline absl::StatusOr<LimitDecision> DecideOnceItAnswers(
    LimitStore& store, const RateLimit& limit) {
  while (true) {
    absl::StatusOr<LimitDecision> decision = DecideOn(store, limit);
    if (decision.ok()) return decision;
  }
}

class RedisTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto server = RedisServer::Shared();
    if (RedisServer::MaySkip(server.status())) {
      GTEST_SKIP() << server.status().message();
    }
    ASSERT_TRUE(server.ok()) << server.status();
    redis_ = *server;
    options_.url = redis_->url();
    options_.timeout = kPatientTimeout;
    options_.key_prefix =
        testing::UnitTest::GetInstance()->current_test_info()->name();
  }

  std::unique_ptr<LimitStore> Open() {
    auto store = OpenRedisLimitStore(options_);
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }

  RedisServer* redis_ = nullptr;
  RedisLimitStoreOptions options_;
  FakeClock clock_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_REDIS_TEST_SUPPORT_H_
