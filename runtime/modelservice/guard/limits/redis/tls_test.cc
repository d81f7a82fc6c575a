// Connections over TLS, to a Redis whose certificate is checked.
#include <stdlib.h>

#include <atomic>
#include <future>

#include "modelservice/guard/limits/redis/test_support.h"
#include "modelservice/testing/child_process.h"
#include "modelservice/testing/test_certificates.h"

namespace modelservice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr RateLimit kLimit("tls", 2, absl::Hours(24 * 365));

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!RunCommand({"openssl", "version"}).ok()) {
      ASSERT_EQ(getenv("CI"), nullptr) << "there is no openssl here";
      GTEST_SKIP() << "there is no openssl on this machine; install it";
    }
    right_.Make("redis", "/CN=redis", "IP:127.0.0.1");
    ASSERT_TRUE(right_.status().ok()) << right_.status();
    ASSERT_TRUE(wrong_.status().ok()) << wrong_.status();
    RedisServer::Options options;
    options.tls_certificate = right_.certificate_file("redis");
    options.tls_key = right_.key_file("redis");
    auto server = RedisServer::Start(options);
    if (RedisServer::MaySkip(server.status())) {
      GTEST_SKIP() << server.status().message();
    }
    ASSERT_TRUE(server.ok()) << server.status();
    redis_ = *std::move(server);
  }

  absl::StatusOr<std::unique_ptr<LimitStore>> Open(
      absl::string_view scheme, absl::string_view host,
      absl::string_view authority) {
    RedisLimitStoreOptions options;
    options.url = absl::StrCat(scheme, "://", host, ":", redis_->port());
    options.ca_file = std::string(authority);
    options.timeout = kPatientTimeout;
    return OpenRedisLimitStore(options);
  }
  // Why a store has no connection.
  std::string Trouble(absl::string_view scheme, absl::string_view host,
                      absl::string_view authority) {
    const auto store = Open(scheme, host, authority);
    if (!store.ok()) return store.status().ToString();
    return DecideOn(**store, kLimit).status().ToString();
  }

  TestCertificates right_;
  TestCertificates wrong_;
  std::unique_ptr<RedisServer> redis_;
};

TEST_F(TlsTest, CountsBehindACheckedCertificate) {
  const auto store = Open("rediss", "127.0.0.1", right_.certificate_file("ca"));
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_TRUE(Admits(**store, kLimit));
  EXPECT_TRUE(Admits(**store, kLimit));
  EXPECT_FALSE(Admits(**store, kLimit));
}

TEST_F(TlsTest, ManyCallsAtATime) {
  const auto store = Open("rediss", "127.0.0.1", right_.certificate_file("ca"));
  ASSERT_TRUE(store.ok()) << store.status();
  // More than fits into a record, or into the socket's buffers.
  const RateLimit limit("many", 1000, absl::Hours(24 * 365));
  const std::string key = KeyOf(limit, std::string(100, 'x'));
  constexpr int kCalls = 20000;
  std::atomic<int> admitted{0};
  std::atomic<int> answers{0};
  std::promise<void> all;
  for (int i = 0; i < kCalls; ++i) {
    (*store)->Decide({{&limit, key, 1}},
                     [&](const absl::StatusOr<LimitDecision>& decision) {
                       admitted += decision.ok() && decision->admitted();
                       if (++answers == kCalls) all.set_value();
                     });
  }
  all.get_future().wait();
  EXPECT_EQ(admitted, 1000);
}

TEST_F(TlsTest, TrustsNobodyElse) {
  EXPECT_THAT(Trouble("rediss", "127.0.0.1", wrong_.certificate_file("ca")),
              AllOf(HasSubstr("UNAVAILABLE: TLS: "),
                    HasSubstr("as rate_limits.ca_file")));
  // Nor has whom the machine trusts signed it.
  EXPECT_THAT(Trouble("rediss", "127.0.0.1", ""),
              HasSubstr("as rate_limits.ca_file"));
  // The certificate is another host's.
  EXPECT_THAT(Trouble("rediss", "localhost", right_.certificate_file("ca")),
              HasSubstr("hostname mismatch"));
  EXPECT_THAT(Trouble("rediss", "127.0.0.1", "/nothing.crt"),
              HasSubstr("/nothing.crt cannot be read"));
  // Not encrypted to a port that is.
  EXPECT_THAT(Trouble("redis", "127.0.0.1", right_.certificate_file("ca")),
              HasSubstr("UNAVAILABLE"));
}

TEST_F(TlsTest, ARedisThatDiesIsLost) {
  const auto store = Open("rediss", "127.0.0.1", right_.certificate_file("ca"));
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_TRUE(Admits(**store, kLimit));
  redis_->Kill();
  EXPECT_FALSE(DecideOn(**store, kLimit).ok());
  ASSERT_TRUE(redis_->Resume().ok());
  EXPECT_TRUE(DecideOnceItAnswers(**store, kLimit).ok());
}

}  // namespace
}  // namespace modelservice
