#include "modelservice/rate_limiter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <utility>

#include "modelservice/guard/limits/memory_store.h"
#include "modelservice/guard/limits/test_support.h"
#include "modelservice/status.pb.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

constexpr RateLimit kLimit =
    RateLimit("signups", 2, absl::Seconds(10)).Name("new accounts");

// The detail of a status; nullopt when it has none.
template <class Detail>
std::optional<Detail> DetailOf(const absl::Status& status,
                               absl::string_view type) {
  const absl::optional<absl::Cord> payload = status.GetPayload(
      std::string("type.googleapis.com/google.rpc.") + std::string(type));
  Detail detail;
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) {
    return std::nullopt;
  }
  return detail;
}

// A store that answers later and elsewhere, or fails.
class DistantStore final : public LimitStore {
 public:
  explicit DistantStore(absl::Status failure) : failure_(std::move(failure)) {}
  ~DistantStore() override {
    for (std::thread& thread : threads_) thread.join();
  }

  bool DecideNow(absl::Span<const LimitCharge>, LimitDecision*) override {
    return false;
  }
  void Decide(absl::Span<const LimitCharge> charges, Done done) override {
    LimitDecision decision;
    memory_->DecideNow(charges, &decision);
    threads_.emplace_back([this, decision, done = std::move(done)]() mutable {
      if (failure_.ok()) {
        done(std::move(decision));
      } else {
        done(failure_);
      }
    });
  }
  LimitCounts counts() const override { return memory_->counts(); }

 private:
  const absl::Status failure_;
  FakeClock clock_;
  const std::unique_ptr<LimitStore> memory_ =
      NewMemoryLimitStore({100, clock_.clock()});
  std::vector<std::thread> threads_;
};

TEST(RateLimiter, CountsPartsApartAndSaysWhatRpcsSay) {
  FakeClock clock;
  clock.Set(11.25);
  const auto store = NewMemoryLimitStore({100, clock.clock()});
  const auto limiter = RateLimiter::Create(store.get(), {kLimit});
  ASSERT_TRUE(limiter.ok());
  EXPECT_TRUE(limiter->Check({"a", "b"}).ok());
  EXPECT_TRUE(limiter->Check({"a", "b"}).ok());
  EXPECT_TRUE(limiter->Check({"ab", ""}).ok());
  const absl::Status refused = limiter->Check({"a", "b"});
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(refused.message(),
            "Reached limit of 2 calls per 10 seconds. Resource will be "
            "available in 9 seconds.");

  const auto info = DetailOf<ErrorInfo>(refused, "ErrorInfo");
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->reason(), "RATE_LIMIT_EXCEEDED");
  EXPECT_EQ(info->metadata().at("limit"), "new accounts");
  EXPECT_EQ(info->metadata().at("group"), "signups");
  const auto retry = DetailOf<RetryInfo>(refused, "RetryInfo");
  ASSERT_TRUE(retry.has_value());
  EXPECT_EQ(retry->retry_delay().seconds(), 9);
  EXPECT_EQ(retry->retry_delay().nanos(), 750000000);
  const auto quota = DetailOf<QuotaFailure>(refused, "QuotaFailure");
  ASSERT_TRUE(quota.has_value());
  ASSERT_EQ(quota->violations_size(), 1);
  EXPECT_EQ(quota->violations(0).subject(), "limit:new accounts");
  EXPECT_EQ(quota->violations(0).description(), refused.message());
}

TEST(RateLimiter, ACostThatIsNeverAdmittedHasNoRetryInfo) {
  const auto store = NewMemoryLimitStore({});
  const auto limiter = RateLimiter::Create(store.get(), {kLimit});
  const absl::Status refused = limiter->Check({"a"}, 3);
  EXPECT_TRUE(absl::IsResourceExhausted(refused));
  EXPECT_FALSE(DetailOf<RetryInfo>(refused, "RetryInfo").has_value());
  EXPECT_TRUE(DetailOf<ErrorInfo>(refused, "ErrorInfo").has_value());
}

TEST(RateLimiter, ANegativeCostIsAnErrorAndCountsNothing) {
  const auto store = NewMemoryLimitStore({});
  const auto limiter = RateLimiter::Create(store.get(), {kLimit});
  EXPECT_EQ(limiter->Check({"a"}, -1),
            absl::InvalidArgumentError(
                "a call cannot cost -1 calls; give 0 or more"));
  EXPECT_EQ(store->counts().keys, 0);
}

TEST(RateLimiter, RefusesLimitsThatMeanNothing) {
  const auto store = NewMemoryLimitStore({});
  EXPECT_THAT(
      std::string(RateLimiter::Create(store.get(),
                                      {RateLimit("g", 0, absl::Seconds(1))})
                      .status()
                      .message()),
      HasSubstr("max_calls is 0"));
  EXPECT_EQ(
      RateLimiter::Create(store.get(), {kLimit, kLimit}).status().message(),
      "rate limit \"new accounts\" is there twice and would count each "
      "call twice; drop one");
}

TEST(RateLimiter, WaitsForAStoreThatIsElsewhere) {
  DistantStore store((absl::OkStatus()));
  const auto limiter = RateLimiter::Create(&store, {kLimit});
  EXPECT_TRUE(limiter->Check({"a"}).ok());
  EXPECT_TRUE(limiter->Check({"a"}).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(limiter->Check({"a"})));
}

TEST(RateLimiter, AStoreThatFailsAllowsOrDenies) {
  DistantStore store(absl::UnavailableError("gone"));
  const RateLimit deny = kLimit.WhenStoreFails(OnStoreFailure::kDeny);
  const RateLimit other("other", 1, absl::Seconds(1));
  EXPECT_TRUE(RateLimiter::Create(&store, {kLimit})->Check({"a"}).ok());
  EXPECT_TRUE(
      RateLimiter::Create(&store, {other, deny.Shadow()})->Check({"a"}).ok());
  const absl::Status denied =
      RateLimiter::Create(&store, {other, deny})->Check({"a"});
  EXPECT_EQ(denied.code(), absl::StatusCode::kUnavailable);
  // The store's own words are for the log.
  EXPECT_EQ(denied.message(),
            "The service cannot count calls at the moment. Try again later.");
  EXPECT_EQ(DetailOf<RetryInfo>(denied, "RetryInfo")->retry_delay().seconds(),
            1);
  const auto info = DetailOf<ErrorInfo>(denied, "ErrorInfo");
  EXPECT_EQ(info->reason(), "RATE_LIMIT_STORE_UNAVAILABLE");
  EXPECT_EQ(info->metadata().at("group"), "signups");
}

}  // namespace
}  // namespace modelservice
