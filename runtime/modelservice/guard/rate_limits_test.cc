#include "modelservice/guard/rate_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "modelservice/guard/rate_limits_test_support.h"
#include "modelservice/testing/captured_log.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

// A store that fails every decision, later.
class FailingStore final : public LimitStore {
 public:
  bool DecideNow(absl::Span<const LimitCharge>, LimitDecision*) override {
    return false;
  }
  void Decide(absl::Span<const LimitCharge>, Done done) override {
    done_ = std::move(done);
  }
  LimitCounts counts() const override { return {}; }
  void Answer() { done_(absl::UnavailableError("gone")); }

 private:
  Done done_;
};

constexpr absl::string_view kPrincipal[] = {"principal"};
constexpr absl::string_view kAddress[] = {"request:address"};
constexpr absl::string_view kUnknown[] = {"peer", "nobody"};

TEST_F(RateLimitsTest, CountsEachCallerApart) {
  Make({kTwo.Keys(kPrincipal)});
  EXPECT_TRUE(Call(nullptr, "ann").ok());
  EXPECT_TRUE(Call(nullptr, "ann").ok());
  EXPECT_EQ(Call(nullptr, "ann").message(),
            "Reached limit of 2 calls per 10 seconds. Resource will be "
            "available in 9 seconds.");
  EXPECT_TRUE(Call(nullptr, "bob").ok());
  EXPECT_TRUE(Call().ok());
}

TEST_F(RateLimitsTest, CountsByTheRequest) {
  Make({kTwo.Keys(kAddress)});
  Settings a;
  a.set_address("a");
  const Settings unset;
  EXPECT_TRUE(Call(&a).ok());
  EXPECT_TRUE(Call(&a).ok());
  EXPECT_FALSE(Call(&a).ok());
  // What cannot be read counts with what is not set.
  EXPECT_TRUE(Call(&unset).ok());
  EXPECT_TRUE(Call(nullptr).ok());
  EXPECT_FALSE(Call(&unset).ok());
}

TEST_F(RateLimitsTest, ThoseThatNeedNoCallerAreApart) {
  static constexpr absl::string_view kHeaders[] = {"peer", "metadata:x-key"};
  const std::vector<RateLimit> limits = {
      RateLimit("none", 3, absl::Seconds(10)),
      RateLimit("caller", 1, absl::Seconds(10)).Keys(kPrincipal),
      RateLimit("headers", 2, absl::Seconds(10)).Keys(kHeaders),
      RateLimit("request", 9, absl::Seconds(10)).Keys(kAddress),
      RateLimit("cost", 4, absl::Seconds(10)).Cost("workers")};
  const auto refused_by = [&] {
    while (true) {
      const absl::Status status = Call();
      if (!status.ok()) return std::string(status.message().substr(0, 18));
    }
  };
  Make(limits, LimitGroup::kNeedNoCaller);
  EXPECT_EQ(refused_by(), "Reached limit of 2");
  // The calls of the other group are not counted, nor is one twice.
  EXPECT_EQ(store_->counts().keys, 2);
  Make(limits, LimitGroup::kOthers);
  EXPECT_EQ(refused_by(), "Reached limit of 1");
  EXPECT_EQ(store_->counts().keys, 5);
  Make(limits, LimitGroup::kAll);
  EXPECT_EQ(refused_by(), "Reached limit of 3");
  for (const LimitGroup group :
       {LimitGroup::kNeedNoCaller, LimitGroup::kOthers}) {
    Make({limits[group == LimitGroup::kOthers ? 0 : 1]}, group);
    EXPECT_EQ(interceptor_, nullptr);
  }
}

TEST_F(RateLimitsTest, MethodsOfAGroupShareOneCount) {
  Make({kTwo});
  const auto first = std::move(interceptor_);
  const std::vector<RateLimit> kept = std::move(limits_);
  Make({kTwo.Name("other")});
  EXPECT_TRUE(Call().ok());
  EXPECT_TRUE(Call().ok());
  EXPECT_FALSE(Call().ok());
  interceptor_ =
      MakeRateLimits(MethodWith({RateLimit("three", 2, absl::Seconds(10))}),
                     LimitGroup::kAll, *store_, later_, {})
          .value();
  EXPECT_TRUE(Call().ok());
}

TEST_F(RateLimitsTest, ACallCostsWhatItsRequestSays) {
  Make({RateLimit("ten", 10, absl::Seconds(10)).Cost("workers")});
  Settings request;
  request.set_workers(7);
  EXPECT_TRUE(Call(&request).ok());
  request.set_workers(0);
  EXPECT_TRUE(Call(&request).ok());  // one: none calls for nothing
  EXPECT_TRUE(Call(nullptr).ok());   // one
  request.clear_workers();
  EXPECT_TRUE(Call(&request).ok());  // one
  request.set_workers(1);
  EXPECT_TRUE(absl::IsResourceExhausted(Call(&request)));
  request.set_workers(0);
  EXPECT_TRUE(absl::IsResourceExhausted(Call(&request)));
}

TEST_F(RateLimitsTest, ANegativeCostIsRefusedByName) {
  Make({kTwo.Cost("workers")});
  Settings request;
  request.set_workers(-1);
  const absl::Status refused = Call(&request);
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.ToString(), HasSubstr("workers"));
  EXPECT_THAT(refused.ToString(), HasSubstr("greater than or equal to 0."));
  EXPECT_EQ(store_->counts().keys, 0);
}

TEST_F(RateLimitsTest, AShadowRefusesNobodyAndIsLogged) {
  Make({kTwo.Name("quiet").Shadow()});
  CapturedLog captured;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(Call().ok());
  const std::string log = captured.Take();
  EXPECT_THAT(log, HasSubstr("rate limit \"quiet\" is a shadow and would have "
                             "refused /test.Service/Method: Reached limit of 2 "
                             "calls per 10 seconds."));
  // Once, for all three.
  EXPECT_EQ(log.find("quiet"), log.rfind("quiet"));
  EXPECT_EQ(store_->counts().shadow_refused, 3);
}

TEST_F(RateLimitsTest, AStoreThatFailsAllowsOrDeniesLater) {
  for (const bool deny : {false, true}) {
    FailingStore store;
    const auto interceptor =
        MakeRateLimits(
            MethodWith({kTwo.WhenStoreFails(deny ? OnStoreFailure::kDeny
                                                 : OnStoreFailure::kAllow)}),
            LimitGroup::kAll, store, later_, {})
            .value();
    TestCallContext call = CallContextBuilder().Build();
    std::promise<absl::Status> answer;
    std::future<absl::Status> answered = answer.get_future();
    std::thread::id thread;
    interceptor->Start(call, [&](absl::Status status) {
      thread = std::this_thread::get_id();
      answer.set_value(status);
    });
    EXPECT_EQ(answered.wait_for(std::chrono::seconds(0)),
              std::future_status::timeout);
    store.Answer();
    EXPECT_EQ(answered.get().code(),
              deny ? absl::StatusCode::kUnavailable : absl::StatusCode::kOk);
    // Others wait for the store's.
    EXPECT_NE(thread, std::this_thread::get_id());
  }
}

TEST_F(RateLimitsTest, SaysWhatIsWrongWhenTheServerStarts) {
  EXPECT_THAT(ErrorOf({RateLimit("g", 0, absl::Seconds(1))}),
              HasSubstr("rate limit \"g\": max_calls is 0"));
  EXPECT_THAT(ErrorOf({RateLimit("g", 1, absl::ZeroDuration())}),
              HasSubstr("rate limit \"g\": period is 0"));
  EXPECT_THAT(ErrorOf({kTwo, kTwo.Keys(kUnknown)}),
              HasSubstr("rate limit \"two\": there is no key \"nobody\""));
  EXPECT_EQ(ErrorOf({kTwo, kTwo.Name("again")}),
            "rate limit \"again\" is there twice and would count each call "
            "twice; drop one");
  EXPECT_THAT(ErrorOf({kTwo.Cost("size")}),
              HasSubstr("rate limit \"two\": cost \"size\": "
                        "modelservice.Settings has no field \"size\""));
  EXPECT_EQ(ErrorOf({kTwo.Cost("address")}),
            "rate limit \"two\": cost \"address\" is no integer; name a field "
            "that is one");
  EXPECT_EQ(ErrorOf({kTwo.Cost("workers")}, Streaming::kBidi),
            "rate limit \"two\": cost \"workers\" needs one request, and here "
            "clients send a stream of them; drop it");
  EXPECT_EQ(ErrorOf({kTwo, kTwo.Keys(kPrincipal)}), "");
}

}  // namespace
}  // namespace modelservice
