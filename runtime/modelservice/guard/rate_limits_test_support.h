// What the tests of the interceptors of limits share.
#ifndef MODELSERVICE_GUARD_RATE_LIMITS_TEST_SUPPORT_H_
#define MODELSERVICE_GUARD_RATE_LIMITS_TEST_SUPPORT_H_

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "modelservice/config.pb.h"
#include "modelservice/guard/limits/memory_store.h"
#include "modelservice/guard/limits/test_support.h"
#include "modelservice/guard/rate_limits.h"
#include "modelservice/testing/call_context_builder.h"

namespace modelservice {

inline const google::protobuf::Message& AnyRequest() {
  return Settings::default_instance();
}

class RateLimitsTest : public testing::Test {
 protected:
  RateLimitsTest() { clock_.Set(11); }

  // A method with these limits.
  const Method& MethodWith(std::vector<RateLimit> limits,
                           Streaming streaming = Streaming::kUnary) {
    limits_ = std::move(limits);
    guard_ = Guard().Limits(limits_);
    method_.emplace(Method("/test.Service/Call", MethodKind::kCustom, streaming,
                           &AnyRequest, &AnyRequest, nullptr)
                        .GuardedBy(&guard_));
    return *method_;
  }
  std::string ErrorOf(std::vector<RateLimit> limits,
                      Streaming streaming = Streaming::kUnary) {
    return std::string(MakeRateLimits(MethodWith(std::move(limits), streaming),
                                      LimitGroup::kAll, *store_, later_, {})
                           .status()
                           .message());
  }
  void Make(std::vector<RateLimit> limits,
            LimitGroup group = LimitGroup::kAll) {
    interceptor_ = MakeRateLimits(MethodWith(std::move(limits)), group, *store_,
                                  later_, {})
                       .value();
  }
  absl::Status Call(const google::protobuf::Message* request = nullptr,
                    const std::string& subject = "") {
    Principal principal;
    principal.subject = subject;
    CallContextBuilder builder;
    builder.Principal(principal);
    if (request != nullptr) builder.Request(*request);
    TestCallContext call = builder.Build();
    std::optional<absl::Status> answer;
    interceptor_->Start(call, [&](absl::Status status) { answer = status; });
    return answer.value();  // memory answers at once
  }

  FakeClock clock_;
  std::unique_ptr<LimitStore> store_ =
      NewMemoryLimitStore({1000, clock_.clock()});
  Executor later_;
  std::vector<RateLimit> limits_;
  Guard guard_;
  std::optional<Method> method_;
  std::unique_ptr<Interceptor> interceptor_;
};

constexpr RateLimit kTwo("two", 2, absl::Seconds(10));

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_RATE_LIMITS_TEST_SUPPORT_H_
