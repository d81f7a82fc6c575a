// Rate limits over channels, in all four shapes.
#include <thread>

#include "fixture.h"

namespace guarded {
namespace {

class LimitsTest : public GuardTest {
 protected:
  void SetUp() override {
    StartServer([this](modelservice::Registry& registry) { Add(registry); });
    if (!HasFatalFailure()) stub_ = Limited::NewStub(server().channel());
  }
  virtual void Add(modelservice::Registry&) {}
  template <class Method>
  grpc::StatusCode CodeOf(Method method, const Text& request = Text(),
                          const Metadata& metadata = {}) {
    return CallUnary(*stub_, method, request, metadata).status.error_code();
  }

  std::unique_ptr<Limited::Stub> stub_;
};

class LimitedShapesTest : public LimitsTest,
                          public testing::WithParamInterface<Form> {
  void Add(modelservice::Registry& registry) override {
    if (GetParam().async) registry.Add<AsyncLimitedService>();
  }
};

TEST_P(LimitedShapesTest, ACallCountsOnceWhateverItsShape) {
  for (const char* key : {"a", "b"}) {
    for (int i = 0; i < 3; ++i) {
      const Exchange exchange =
          CallShape(*stub_, GetParam(), "x", {{"x-key", key}});
      EXPECT_THAT(exchange.status, IsOk());
      EXPECT_EQ(exchange.replies, RepliesTo(GetParam(), "x"));
    }
    const Exchange exchange =
        CallShape(*stub_, GetParam(), "x", {{"x-key", key}});
    EXPECT_THAT(
        exchange.status,
        IsError(grpc::StatusCode::RESOURCE_EXHAUSTED,
                testing::MatchesRegex(
                    "Reached limit of 3 calls per 3600 seconds. Resource will "
                    "be available in [0-9]+ seconds.")));
    EXPECT_THAT(exchange.replies, IsEmpty());
    const Refusal refusal(exchange.status);
    EXPECT_EQ(refusal.info.reason(), "RATE_LIMIT_EXCEEDED");
    EXPECT_THAT(refusal.types,
                testing::UnorderedElementsAre(HasSubstr("ErrorInfo"),
                                              HasSubstr("QuotaFailure"),
                                              HasSubstr("RetryInfo")));
    EXPECT_GE(refusal.retry.retry_delay().seconds(), 0);
    EXPECT_LE(refusal.retry.retry_delay().seconds(), 3600);
    EXPECT_EQ(exchange.trailer("ratelimit-limit"), "3");
    EXPECT_EQ(exchange.trailer("ratelimit-remaining"), "0");
    EXPECT_THAT(exchange.trailer("ratelimit-reset"),
                testing::MatchesRegex("[0-9]+"));
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, LimitedShapesTest, kAllForms);

TEST_F(LimitsTest, MethodsOfOneGroupShareTheirCount) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(CodeOf(&Limited::Stub::Shared), grpc::StatusCode::OK);
    EXPECT_EQ(CodeOf(&Limited::Stub::SharedToo), grpc::StatusCode::OK);
  }
  EXPECT_EQ(CodeOf(&Limited::Stub::Shared),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(CodeOf(&Limited::Stub::SharedToo),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(LimitsTest, KeyAndCostOfTheRequest) {
  Text ann = integration::FromText<Text>("from { name: 'ann' } weight: 4");
  Text bob = integration::FromText<Text>("from { name: 'bob' } weight: 10");
  EXPECT_EQ(CodeOf(&Limited::Stub::ByRequest, ann), grpc::StatusCode::OK);
  EXPECT_EQ(CodeOf(&Limited::Stub::ByRequest, ann), grpc::StatusCode::OK);
  EXPECT_EQ(CodeOf(&Limited::Stub::ByRequest, ann),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  ann.set_weight(2);
  EXPECT_EQ(CodeOf(&Limited::Stub::ByRequest, ann), grpc::StatusCode::OK);
  EXPECT_EQ(CodeOf(&Limited::Stub::ByRequest, bob), grpc::StatusCode::OK);
  bob.set_weight(-1);
  EXPECT_EQ(CodeOf(&Limited::Stub::ByRequest, bob),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(LimitsTest, KeyOfTheProgramsFunction) {
  const auto code = [this](const std::string& key) {
    return CodeOf(&Limited::Stub::ByFunction, Text(), {{"x-key", key}});
  };
  EXPECT_EQ(code("aa"), grpc::StatusCode::OK);
  EXPECT_EQ(code("bb"), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(code("ccc"), grpc::StatusCode::OK);
}

TEST_F(LimitsTest, KeyOfTheCaller) {
  const auto code = [this](const std::string& caller) {
    return CodeOf(&Limited::Stub::ByCaller, Text(), {{"x-caller", caller}});
  };
  EXPECT_EQ(code("ann tenant=acme"), grpc::StatusCode::OK);
  EXPECT_EQ(code("ann tenant=acme"), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(code("ann tenant=other"), grpc::StatusCode::OK);
  EXPECT_EQ(code("bob tenant=acme"), grpc::StatusCode::OK);
  // Who is refused for his credentials is not counted.
  EXPECT_EQ(code("nobody"), grpc::StatusCode::UNAUTHENTICATED);
}

// Limits by headers stand before authentication, by themselves; by the caller
// behind it.
TEST_F(LimitsTest, GuessingIsCounted) {
  const auto call = [this](const std::string& caller, const std::string& key) {
    return CallUnary(*stub_, &Limited::Stub::TwoGroups, Text(),
                     {{"x-caller", caller}, {"x-key", key}})
        .status;
  };
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(call("nobody", "a").error_code(),
              grpc::StatusCode::UNAUTHENTICATED);
  }
  EXPECT_THAT(call("nobody", "a"), IsError(grpc::StatusCode::RESOURCE_EXHAUSTED,
                                           HasSubstr("limit of 3 calls")));
  // Each counts a call once, in its turn.
  EXPECT_THAT(call("ann", "b"), IsOk());
  EXPECT_THAT(call("ann", "b"), IsOk());
  EXPECT_THAT(call("ann", "b"), IsError(grpc::StatusCode::RESOURCE_EXHAUSTED,
                                        HasSubstr("limit of 2 calls")));
  EXPECT_THAT(call("bob", "b"), IsError(grpc::StatusCode::RESOURCE_EXHAUSTED,
                                        HasSubstr("limit of 3 calls")));
  EXPECT_THAT(call("bob", "c"), IsOk());
  EXPECT_THAT(call("ann", "c"), IsError(grpc::StatusCode::RESOURCE_EXHAUSTED,
                                        HasSubstr("limit of 2 calls")));
}

// By the settings' list: which refusal a caller meets who guesses.
class LimitPlacesTest : public GuardTest {
 protected:
  void Serve(const std::vector<std::string>& interceptors) {
    Options options;
    for (const std::string& name : interceptors) {
      options.settings.add_interceptor(name);
    }
    StartServer([](modelservice::Registry&) {}, std::move(options));
    if (!HasFatalFailure()) stub_ = Limited::NewStub(server().channel());
  }
  std::string FourthRefusalOf(const std::string& caller) {
    grpc::Status last;
    for (int i = 0; i < 4; ++i) {
      last = CallUnary(*stub_, &Limited::Stub::TwoGroups, Text(),
                       {{"x-caller", caller}, {"x-key", "a"}})
                 .status;
    }
    return last.error_message().substr(0, 24);
  }

  std::unique_ptr<Limited::Stub> stub_;
};

TEST_F(LimitPlacesTest, TheyStandBeforeAuthenticationWhereverThatIs) {
  ASSERT_NO_FATAL_FAILURE(Serve({"first", "authentication", "second"}));
  EXPECT_EQ(FourthRefusalOf("nobody"), "Reached limit of 3 calls");
}

TEST_F(LimitPlacesTest, ANamedListHasAllOfThem) {
  ASSERT_NO_FATAL_FAILURE(Serve({"authentication", "rate_limits"}));
  EXPECT_EQ(FourthRefusalOf("nobody"), "nobody may not call");
  EXPECT_EQ(FourthRefusalOf("ann"), "Reached limit of 2 calls");
}

TEST_F(LimitPlacesTest, BeforeAuthenticationEverybodyIsThePeer) {
  ASSERT_NO_FATAL_FAILURE(Serve({"rate_limits", "authentication"}));
  EXPECT_EQ(FourthRefusalOf("nobody"), "Reached limit of 2 calls");
  EXPECT_EQ(FourthRefusalOf("ann"), "Reached limit of 2 calls");
}

TEST_F(LimitPlacesTest, ThePrefixOfAnAddressIsOne) {
  for (const int bits : {0, -1, 129}) {
    Options options;
    options.settings.mutable_rate_limits()->set_ipv6_prefix_length(bits);
    EXPECT_EQ(
        modelservice::TestServer::Start([](modelservice::Registry&) {}, options)
            .status()
            .message(),
        absl::StrCat("rate_limits.ipv6_prefix_length is ", bits,
                     "; it must be from 1 to 128"));
  }
}

TEST_F(LimitsTest, ShadowsRefuseNobody) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(CodeOf(&Limited::Stub::Shadowed), grpc::StatusCode::OK);
  }
}

TEST_F(LimitsTest, ThreadsAdmitExactlyTheLimit) {
  std::atomic<int> admitted = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 300; ++j) {
        if (CodeOf(&Limited::Stub::Denied) == grpc::StatusCode::OK) ++admitted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(admitted, 1000);
}

TEST(LimitKeysTest, AnUnknownKeyIsAnErrorAtTheStart) {
  const auto server = modelservice::TestServer::Start(
      [](modelservice::Registry& registry) { registry.Add<LimitedService>(); });
  EXPECT_THAT(std::string(server.status().message()),
              testing::AllOf(HasSubstr("length"),
                             HasSubstr("/guarded.Limited/ByFunction")));
}

}  // namespace
}  // namespace guarded
