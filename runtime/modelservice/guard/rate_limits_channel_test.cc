// Limits over real channels.
#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "modelservice/errors.h"
#include "modelservice/guard/peer_key.h"
#include "modelservice/guard/rate_limits_test_support.h"
#include "modelservice/service/grpc_call_context.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

// Answers every call with what the interceptor says.
class GuardedService final : public grpc::CallbackGenericService {
 public:
  explicit GuardedService(Interceptor& interceptor)
      : interceptor_(interceptor) {}

  // Of the last call.
  std::string peer() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return peer_;
  }

 private:
  class Reactor final : public grpc::ServerGenericBidiReactor {
   public:
    Reactor(Interceptor& interceptor,
            grpc::GenericCallbackServerContext* context)
        : call_("/test.Service/Call", *context) {
      interceptor.Start(call_, [this](absl::Status s) { Finish(ToGrpc(s)); });
    }
    void OnDone() override { delete this; }

   private:
    GrpcCallContext call_;
  };

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      peer_ = context->peer();
    }
    return new Reactor(interceptor_, context);
  }

  Interceptor& interceptor_;
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
