// A server as its settings make it: who may connect, whose word is taken, and
// counts that servers share.
#include <grpcpp/create_channel.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/security/credentials.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "fixture.h"
#include "modelservice/guard/auth/token_table.h"
#include "modelservice/testing/redis_server.h"
#include "modelservice/testing/test_certificates.h"
#include "tokens.h"

namespace guarded {
namespace {

using ::modelservice::RedisServer;
using ::modelservice::TestCertificates;
using ::modelservice::TestServer;

class CredentialsTest : public GuardTest {
 protected:
  // Who the server takes the caller for; empty when the call fails.
  static std::string CallerOver(const std::shared_ptr<grpc::Channel>& channel,
                                const Metadata& metadata = {}) {
    const auto stub = Members::NewStub(channel);
    Text reply;
    const grpc::Status status =
        CallUnary(*stub, &Members::Stub::Anybody, TextOf("a"), metadata, &reply)
            .status;
    return status.ok() ? reply.text() : "";
  }
  std::string CallerWith(const std::string& authorization) {
    return CallerOver(server().channel(), {{"authorization", authorization}});
  }

  std::shared_ptr<grpc::Channel> TlsChannel(const std::string& client) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = certificates_.certificate("ca");
    if (!client.empty()) {
      options.pem_private_key = certificates_.key(client);
      options.pem_cert_chain = certificates_.certificate(client);
    }
    return grpc::CreateChannel(server().address(),
                               grpc::SslCredentials(options));
  }
  // Settings with TLS on a port.
  Options TlsOptions() const {
    Options options;
    options.settings.set_address("127.0.0.1:0");
    auto* const tls = options.settings.mutable_tls();
    tls->set_certificate_file(certificates_.certificate_file("server"));
    tls->set_key_file(certificates_.key_file("server"));
    return options;
  }
  std::string ErrorOf(const Options& options) {
    return std::string(
        TestServer::Start([](modelservice::Registry&) {}, options)
            .status()
            .message());
  }

  TestCertificates certificates_;
};

TEST_F(CredentialsTest, TlsOfThePort) {
  ASSERT_TRUE(certificates_.status().ok()) << certificates_.status();
  ASSERT_NO_FATAL_FAILURE(
      StartServer([](modelservice::Registry&) {}, TlsOptions()));
  EXPECT_EQ(CallerOver(TlsChannel("")), "anonymous");
  const auto stub = Members::NewStub(grpc::CreateChannel(
      server().address(), grpc::InsecureChannelCredentials()));
  EXPECT_FALSE(CallUnary(*stub, &Members::Stub::Anybody, Text()).status.ok());
}

TEST_F(CredentialsTest, CertificatesOfClients) {
  certificates_.Make("ann", "/CN=ann", "URI:spiffe://example.org/ann");
  Options options = TlsOptions();
  options.settings.mutable_tls()->set_client_ca_file(
      certificates_.certificate_file("ca"));
  options.settings.add_authenticator()->mutable_mtls();
  ASSERT_NO_FATAL_FAILURE(StartServer([](modelservice::Registry&) {}, options));
  EXPECT_EQ(CallerOver(TlsChannel("ann")), "mtls:spiffe://example.org/ann");
  EXPECT_EQ(CallerOver(TlsChannel("")), "anonymous");
  // Signed by somebody else.
  TestCertificates others;
  others.Make("ann", "/CN=ann", "URI:spiffe://example.org/ann");
  grpc::SslCredentialsOptions forged;
  forged.pem_root_certs = certificates_.certificate("ca");
  forged.pem_private_key = others.key("ann");
  forged.pem_cert_chain = others.certificate("ann");
  EXPECT_EQ(CallerOver(grpc::CreateChannel(server().address(),
                                           grpc::SslCredentials(forged))),
            "");
}

TEST_F(CredentialsTest, ClientsWithoutACertificateAreTurnedAway) {
  certificates_.Make("ann", "/CN=ann", "DNS:ann");
  Options options = TlsOptions();
  options.settings.mutable_tls()->set_client_ca_file(
      certificates_.certificate_file("ca"));
  options.settings.mutable_tls()->set_require_client_certificate(true);
  options.settings.add_authenticator()->mutable_mtls();
  ASSERT_NO_FATAL_FAILURE(StartServer([](modelservice::Registry&) {}, options));
  EXPECT_EQ(CallerOver(TlsChannel("ann")), "mtls:ann");
  EXPECT_EQ(CallerOver(TlsChannel("")), "");
}

// The name for which the server shows a certificate, by SNI.
TEST_F(CredentialsTest, SeveralCertificates) {
  certificates_.Make("shop", "/CN=shop", "DNS:shop.example");
  Options options = TlsOptions();
  auto* const more = options.settings.mutable_tls()->add_more();
  more->set_certificate_file(certificates_.certificate_file("shop"));
  more->set_key_file(certificates_.key_file("shop"));
  ASSERT_NO_FATAL_FAILURE(StartServer([](modelservice::Registry&) {}, options));
  EXPECT_EQ(CallerOver(TlsChannel("")), "anonymous");
  const auto as = [&](const std::string& name) {
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride(name);
    grpc::SslCredentialsOptions credentials;
    credentials.pem_root_certs = certificates_.certificate("ca");
    return CallerOver(grpc::CreateCustomChannel(
        server().address(), grpc::SslCredentials(credentials), arguments));
  };
  EXPECT_EQ(as("shop.example"), "anonymous");
  EXPECT_EQ(as("localhost"), "anonymous");
  EXPECT_EQ(as("other.example"), "");
  more->set_key_file(certificates_.key_file("server"));
  EXPECT_THAT(ErrorOf(options), HasSubstr("tls.more[0].key_file"));
}

TEST_F(CredentialsTest, ArgumentsOfGrpc) {
  Options options;
  auto* const option = options.settings.add_channel_option();
  EXPECT_THAT(ErrorOf(options), HasSubstr("channel_option[0]: name is \"\""));
  option->set_name("grpc.max_metadata_size");
  EXPECT_THAT(ErrorOf(options), HasSubstr("has no value"));
  option->set_name("grpc.max_concurrent_streams");
  option->set_number(1);
  EXPECT_THAT(ErrorOf(options), HasSubstr("max_connection_calls"));
  option->set_name("grpc.max_metadata_size");
  option->set_number(1000);
  ASSERT_NO_FATAL_FAILURE(StartServer([](modelservice::Registry&) {}, options));
  EXPECT_EQ(CallerOver(server().channel()), "anonymous");
  const auto with = [&](size_t size) {
    return CallerOver(server().channel(), {{"x-long", std::string(size, 'x')}});
  };
  // Later gRPCs refuse some past the limit, and all past 16 KiB.
  EXPECT_EQ(with(30000), "");
  if (absl::StartsWith(grpc::Version(), "1.51.")) {
    EXPECT_EQ(with(2000), "");
  }
}

TEST_F(CredentialsTest, FilesThatAreWrongAreErrorsAtTheStart) {
  Options options = TlsOptions();
  auto* const tls = options.settings.mutable_tls();
  tls->set_key_file("/nowhere/server.key");
  EXPECT_THAT(ErrorOf(options),
              testing::AllOf(HasSubstr("tls.key_file"),
                             HasSubstr("/nowhere/server.key")));
  tls->set_key_file(certificates_.key_file("ca"));
  EXPECT_THAT(ErrorOf(options), testing::AllOf(HasSubstr("tls.key_file"),
                                               HasSubstr("is not the key of")));
  tls->set_key_file(certificates_.certificate_file("server"));
  EXPECT_THAT(ErrorOf(options), HasSubstr("does not hold"));
  tls->clear_certificate_file();
  EXPECT_THAT(ErrorOf(options), HasSubstr("tls.certificate_file is missing"));
  options = TlsOptions();
  options.settings.mutable_tls()->set_require_client_certificate(true);
  EXPECT_THAT(ErrorOf(options), HasSubstr("tls.client_ca_file"));
}

TEST_F(CredentialsTest, JsonWebTokensAndTheTokensOfATable) {
  const modelservice::TemporaryFolder folder;
  const std::string secret = "0123456789abcdef0123456789abcdef";
  const std::string file = folder.path() + "/secret";
  std::ofstream(file) << secret;
  Options options;
  options.settings.add_authenticator()->mutable_jwt()->set_secret_file(file);
  options.settings.add_authenticator()->mutable_token();
  ASSERT_NO_FATAL_FAILURE(StartServer([](modelservice::Registry&) {}, options));

  const std::string claims =
      absl::StrCat(R"({"sub":"ann","roles":["admin"],"exp":)",
                   absl::ToUnixSeconds(absl::Now() + absl::Hours(1)), "}");
  EXPECT_EQ(CallerWith("Bearer " + Jwt(secret, claims)), "jwt:ann");
  EXPECT_EQ(CallerWith("Bearer " + Jwt("another secret", claims)), "");
  const auto stub = Members::NewStub(server().channel());
  EXPECT_THAT(CallUnary(*stub, &Members::Stub::Admins, Text(),
                        {{"authorization", "Bearer " + Jwt(secret, claims)}})
                  .status,
              IsOk());
  EXPECT_THAT(CallUnary(*stub, &Members::Stub::Admins, Text(),
                        {{"authorization",
                          "Bearer " + Jwt(secret, R"({"sub":"ann","exp":1})")}})
                  .status,
              IsError(grpc::StatusCode::UNAUTHENTICATED, HasSubstr("expired")));

  const modelservice::TokenTable table("modelservice_token");
  const std::string token = modelservice::NewToken();
  ASSERT_TRUE(
      table.Add(server().database(), token, {"bob", ""}, absl::Now()).ok());
  EXPECT_EQ(CallerWith("Token " + token), "token:bob");
  EXPECT_EQ(CallerWith("Bearer " + token), "token:bob");
  EXPECT_EQ(CallerWith("Token wrong"), "");
  // The settings' third: a program's own.
  EXPECT_EQ(CallerOver(server().channel(), {{"x-caller", "eve"}}), "named:eve");
  EXPECT_EQ(CallerOver(server().channel()), "anonymous");
}

class SharedLimitsTest : public GuardTest {
 protected:
  void SetUp() override {
    auto redis = RedisServer::Start({});
    if (RedisServer::MaySkip(redis.status())) {
      GTEST_SKIP() << redis.status().message();
    }
    ASSERT_TRUE(redis.ok()) << redis.status();
    redis_ = *std::move(redis);
  }

  std::unique_ptr<TestServer> NewServer() {
    Options options;
    auto* const limits = options.settings.mutable_rate_limits();
    limits->set_store(redis_->url());
    limits->set_timeout_ms(5000);
    StartServer([](modelservice::Registry&) {}, options);
    return TakeServer();
  }
  static grpc::Status Call(Limited::Stub& stub) {
    return CallUnary(stub, &Limited::Stub::Denied, Text()).status;
  }

  std::unique_ptr<RedisServer> redis_;
};

TEST_F(SharedLimitsTest, TwoServersAdmitExactlyTheLimit) {
  const std::unique_ptr<TestServer> servers[] = {NewServer(), NewServer()};
  std::atomic<int> admitted = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto stub = Limited::NewStub(servers[i % 2]->NewChannel());
      for (int j = 0; j < 150; ++j) {
        const grpc::Status status = Call(*stub);
        if (status.ok()) ++admitted;
        if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
          ++refused;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(admitted, 1000);
  EXPECT_EQ(refused, 200);
}

TEST_F(SharedLimitsTest, ARedisThatIsKilledAndComesBack) {
  const std::unique_ptr<TestServer> server = NewServer();
  const auto stub = Limited::NewStub(server->channel());
  EXPECT_THAT(Call(*stub), IsOk());
  redis_->Kill();
  // By the limit's option: this one denies, the other allows.
  const Refusal refusal(Call(*stub));
  EXPECT_EQ(refusal.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_GT(refusal.retry.retry_delay().seconds() +
                refusal.retry.retry_delay().nanos(),
            0);
  EXPECT_THAT(CallUnary(*stub, &Limited::Stub::Shared, Text()).status, IsOk());
  ASSERT_TRUE(redis_->Resume().ok());
  const absl::Time until = absl::Now() + absl::Seconds(30);
  while (!Call(*stub).ok() && absl::Now() < until) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_THAT(Call(*stub), IsOk());
}

TEST(StoreTest, AStoreThatIsNoneIsAnErrorAtTheStart) {
  TestServer::Options options;
  options.settings.mutable_rate_limits()->set_store("rediss:/nowhere");
  const auto server =
      TestServer::Start([](modelservice::Registry&) {}, options);
  EXPECT_THAT(std::string(server.status().message()),
              HasSubstr("rate_limits.store"));
}

}  // namespace
}  // namespace guarded
