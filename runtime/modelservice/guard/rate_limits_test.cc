#include "modelservice/guard/rate_limits.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "modelservice/config.pb.h"
#include "modelservice/guard/limits/memory_store.h"
#include "modelservice/guard/limits/test_support.h"
#include "modelservice/guard/peer_key.h"
#include "modelservice/service/errors.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

const google::protobuf::Message& Request() {
  return Settings::default_instance();
}

// The request of a call, given.
class GivenRequest final : public RequestSource {
 public:
  explicit GivenRequest(const google::protobuf::Message* request)
      : request_(request) {}
  const google::protobuf::Message* Decode() override { return request_; }

 private:
  const google::protobuf::Message* request_;
};

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

class RateLimitsTest : public testing::Test {
 protected:
  RateLimitsTest() { clock_.Set(11); }

  // A method with these limits.
  const Method& MethodWith(std::vector<RateLimit> limits,
                           Streaming streaming = Streaming::kUnary) {
    limits_ = std::move(limits);
    guard_ = Guard().Limits(limits_);
    method_.emplace(Method("/test.Service/Call", MethodKind::kCustom, streaming,
                           &Request, &Request, nullptr)
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
    CallContext call("/test.Service/Call", nullptr);
    GivenRequest source(request);
    call.set_request_source(&source);
    Principal principal;
    principal.subject = subject;
    call.set_principal(principal);
    std::optional<absl::Status> answer;
    interceptor_->Start(call, [&](absl::Status status) { answer = status; });
    return answer.value();  // memory answers at once
  }

  FakeClock clock_;
  std::unique_ptr<LimitStore> store_ =
      NewMemoryLimitStore({1000, clock_.clock()});
  WorkerPool later_{2};
  std::vector<RateLimit> limits_;
  Guard guard_;
  std::optional<Method> method_;
  std::unique_ptr<AsyncInterceptor> interceptor_;
};

constexpr RateLimit kTwo("two", 2, absl::Seconds(10));
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
  testing::internal::CaptureStderr();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(Call().ok());
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("rate limit \"quiet\" is a shadow and would have "
                             "refused /test.Service/Call: Reached limit of 2 "
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
    CallContext call("/test.Service/Call", nullptr);
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

// Answers every call with what the interceptor says.
class GuardedService final : public grpc::CallbackGenericService {
 public:
  explicit GuardedService(AsyncInterceptor& interceptor)
      : interceptor_(interceptor) {}

  // Of the last call.
  std::string peer() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return peer_;
  }

 private:
  class Reactor final : public grpc::ServerGenericBidiReactor {
   public:
    Reactor(AsyncInterceptor& interceptor,
            grpc::GenericCallbackServerContext* context)
        : call_("/test.Service/Call", context) {
      interceptor.Start(call_, [this](absl::Status s) { Finish(ToGrpc(s)); });
    }
    void OnDone() override { delete this; }

   private:
    CallContext call_;
  };

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      peer_ = context->peer();
    }
    return new Reactor(interceptor_, context);
  }

  AsyncInterceptor& interceptor_;
  mutable std::mutex mutex_;
  std::string peer_;
};

// Over a connection, and so from a port, of its own.
grpc::Status CallAt(const std::string& address, grpc::ClientContext& context) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  grpc::GenericStub stub(grpc::CreateCustomChannel(
      address, grpc::InsecureChannelCredentials(), arguments));
  const grpc::Slice empty;
  const grpc::ByteBuffer request(&empty, 1);
  grpc::ByteBuffer reply;
  grpc::Status answer;
  absl::Notification done;
  stub.UnaryCall(&context, "/test.Service/Call", grpc::StubOptions(), &request,
                 &reply, [&](grpc::Status status) {
                   answer = std::move(status);
                   done.Notify();
                 });
  done.WaitForNotification();
  return answer;
}

TEST_F(RateLimitsTest, OverARealChannel) {
  static constexpr absl::string_view kKeys[] = {"peer", "metadata:X-Key"};
  Make({kTwo.Keys(kKeys)});
  GuardedService service(*interceptor_);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterCallbackGenericService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();

  const auto call = [&](const std::string& key, grpc::ClientContext& context) {
    context.AddMetadata("x-key", key);
    return CallAt("127.0.0.1:" + std::to_string(port), context);
  };
  const auto trailer = [](const grpc::ClientContext& context,
                          const char* key) -> std::string {
    const auto& trailers = context.GetServerTrailingMetadata();
    const auto found = trailers.find(key);
    if (found == trailers.end()) return "";
    return std::string(found->second.data(), found->second.size());
  };
  for (int i = 0; i < 2; ++i) {
    grpc::ClientContext context;
    EXPECT_NE(call("a", context).error_code(),
              grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(trailer(context, "ratelimit-limit"), "");
  }
  grpc::ClientContext refused;
  const grpc::Status status = call("a", refused);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_details(), HasSubstr("RATE_LIMIT_EXCEEDED"));
  EXPECT_EQ(trailer(refused, "ratelimit-limit"), "2");
  EXPECT_EQ(trailer(refused, "ratelimit-remaining"), "0");
  EXPECT_EQ(trailer(refused, "ratelimit-reset"), "10");
  grpc::ClientContext other;
  EXPECT_NE(call("b", other).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  server->Shutdown();
}

TEST_F(RateLimitsTest, OverIpv6) {
  static constexpr absl::string_view kPeer[] = {"peer"};
  Make({kTwo.Keys(kPeer)});
  GuardedService service(*interceptor_);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("[::]:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterCallbackGenericService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) GTEST_SKIP() << "no IPv6 here";
  const auto code = [&](const std::string& host) {
    grpc::ClientContext context;
    return CallAt(absl::StrCat(host, ":", port), context).error_code();
  };
  const grpc::StatusCode refused = grpc::StatusCode::RESOURCE_EXHAUSTED;
  if (code("[::1]") == grpc::StatusCode::UNAVAILABLE) {
    GTEST_SKIP() << "no IPv6 here";
  }
  EXPECT_EQ(PeerKey(service.peer(), 64), "ipv6:::/64");
  EXPECT_NE(code("[::1]"), refused);
  EXPECT_EQ(code("[::1]"), refused);
  // This socket sees IPv4 as mapped addresses.
  EXPECT_NE(code("127.0.0.1"), refused);
  EXPECT_EQ(PeerKey(service.peer(), 64), "ipv4:127.0.0.1");
  EXPECT_NE(code("127.0.0.1"), refused);
  EXPECT_EQ(code("127.0.0.1"), refused);
  server->Shutdown();
}

}  // namespace
}  // namespace modelservice
