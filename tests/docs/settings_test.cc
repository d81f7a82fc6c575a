// The settings and commands that docs/guard.md quotes, from the folders
// settings/ and commands/, over files that they name.
#include "modelservice/settings.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <stdlib.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "fixture.h"
#include "modelservice/guard/auth/jwt_test_support.h"
#include "modelservice/testing/captured_log.h"
#include "modelservice/testing/child_process.h"
#include "modelservice/testing/redis_server.h"
#include "modelservice/testing/test_certificates.h"

namespace news {
namespace {

using ::modelservice::ChildProcess;
using ::modelservice::RedisServer;
using ::modelservice::TestKey;

// The working directory is a fresh folder.
class SettingsTest : public NewsTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(getcwd(before_, sizeof(before_)), before_);
    ASSERT_EQ(chdir(folder_.path().c_str()), 0);
  }
  void TearDown() override { ASSERT_EQ(chdir(before_), 0); }

  static std::string Quoted(const std::string& name) {
    const std::string text = modelservice::ReadFile(
        absl::StrCat(getenv("DOCS_TEST_FOLDER"), "/", name));
    EXPECT_FALSE(text.empty()) << name;
    return text;
  }
  static void Write(const std::string& file, const std::string& text) {
    std::ofstream(file) << text;
  }
  // As a server reads them; flags come last.
  static Options OptionsOf(const std::string& text,
                           std::vector<std::string> flags = {}) {
    Write("news.textproto", text);
    flags.insert(flags.begin(), "--config=news.textproto");
    Options options;
    const auto settings = modelservice::LoadSettings(flags);
    EXPECT_TRUE(settings.ok()) << settings.status();
    if (settings.ok()) options.settings = *settings;
    return options;
  }
  const modelservice::TemporaryFolder folder_;

 private:
  char before_[4096];
};

TEST_F(SettingsTest, Interceptors) {
  ASSERT_NO_FATAL_FAILURE(
      Start(OptionsOf(Quoted("settings/interceptors.textproto"))));
  modelservice::CapturedLog captured;
  EXPECT_THAT(Ask(&Desk::Stub::WhoAmI, {{"x-request-id", "7"}}), IsOk());
  EXPECT_THAT(captured.Take(), HasSubstr("/news.Desk/WhoAmI OK "));
  EXPECT_THAT(Ask(&Desk::Stub::WhoAmI),
              IsError(grpc::StatusCode::INVALID_ARGUMENT, testing::_));
  EXPECT_THAT(TakeRecords(), testing::Contains("7 /news.Desk/WhoAmI OK"));
}

TEST_F(SettingsTest, LimitsAroundAuthentication) {
  const Metadata wrong = {{"x-api-key", "wrong"}, {"x-user", "ann"}};
  const auto calls_until_refused = [&] {
    int calls = 0;
    while (Ask(&Desk::Stub::SayHello, wrong).error_code() ==
               grpc::StatusCode::UNAUTHENTICATED &&
           ++calls < 100) {
    }
    return calls;
  };
  ASSERT_NO_FATAL_FAILURE(Start());
  EXPECT_LE(calls_until_refused(), 20);
  ASSERT_NO_FATAL_FAILURE(
      Start(OptionsOf(Quoted("settings/limits_last.textproto"))));
  EXPECT_EQ(calls_until_refused(), 100);
}

TEST_F(SettingsTest, TheNetworkOfAPeer) {
  ASSERT_NO_FATAL_FAILURE(Start(OptionsOf(Quoted("settings/ipv6.textproto"))));
  EXPECT_THAT(Ask(&Desk::Stub::Search), IsOk());
}

TEST_F(SettingsTest, OneSubjectOfTwoIssuers) {
  const TestKey ours = TestKey::P256();
  const TestKey partners = TestKey::Ed25519();
  Write("jwks.json", absl::StrCat(R"({"keys":[)", ours.Jwk(), "]}"));
  Write("partner.json", absl::StrCat(R"({"keys":[)", partners.Jwk(), "]}"));
  const std::string settings = Quoted("settings/issuers.textproto");
  ASSERT_NO_FATAL_FAILURE(Start(OptionsOf(settings)));
  const auto bearer = [&](const TestKey& key, const std::string& issuer,
                          const std::string& subject) {
    return Metadata{
        {"authorization",
         "Bearer " +
             key.Token(absl::StrCat(
                 R"({"sub":")", subject, R"(","iss":")", issuer, R"(","exp":)",
                 absl::ToUnixSeconds(absl::Now() + absl::Hours(1)), "}"))}};
  };
  const std::string login = "https://login.example.org";
  EXPECT_EQ(CallerWith(bearer(ours, login, "7")), "jwt:7");
  EXPECT_EQ(CallerWith(bearer(partners, "https://id.partner.example", "7")),
            "jwt:partner:7");
  EXPECT_THAT(CallerWith(bearer(ours, login, "partner:7")),
              HasSubstr("begins like those of another"));
  // Without the prefix they would be one owner of articles.
  std::vector<modelservice::Connection> connections;
  const auto server = modelservice::TestServer::Start(
      [&](modelservice::Registry& registry) {
        AddNews(registry, &connections);
      },
      OptionsOf(absl::StrReplaceAll(settings,
                                    {{"subject_prefix: \"partner:\"", ""}})));
  EXPECT_THAT(std::string(server.status().message()),
              HasSubstr("Article.author, an OWNER column"));
}

TEST_F(SettingsTest, TheWebTokensOfAnIssuer) {
  const TestKey key = TestKey::P256();
  Write("jwks.json", absl::StrCat(R"({"keys":[)", key.Jwk(), "]}"));
  ASSERT_NO_FATAL_FAILURE(
      Start(OptionsOf(Quoted("settings/tokens.textproto"))));
  const auto bearer = [&](const std::string& audience) {
    return Metadata{
        {"authorization",
         "Bearer " +
             key.Token(absl::StrCat(
                 R"({"sub":"ann","iss":"https://login.example.org","aud":")",
                 audience, R"(","realm_access":{"roles":["editor"]},"exp":)",
                 absl::ToUnixSeconds(absl::Now() + absl::Hours(1)), "}"))}};
  };
  EXPECT_EQ(CallerWith(bearer("news")), "jwt:ann");
  EXPECT_THAT(Ask(&Desk::Stub::Newsroom, bearer("news")), IsOk());
  EXPECT_THAT(CallerWith(bearer("shop")), testing::Not(HasSubstr("ann")));
  EXPECT_THAT(trailers_["www-authenticate"], HasSubstr("Bearer"));
  // One in another form is left to the table of tokens, one header more to
  // the program's own.
  EXPECT_EQ(CallerWith({{"authorization", "Bearer abc"}}), "Invalid token.");
  EXPECT_EQ(CallerWith({{"x-api-key", "key-of-bob"}}), "api_key:key:bob");
}

TEST_F(SettingsTest, DjangosUsers) {
  const auto made =
      modelservice::RunCommand({getenv("PYTHON"), getenv("DJANGO_SITE"),
                                "sqlite3", folder_.path() + "/django.sqlite3"});
  if (!made.ok() && getenv("CI") == nullptr) {
    GTEST_SKIP() << "install python3-django, python3-djangorestframework and "
                    "python3-psycopg2";
  }
  ASSERT_TRUE(made.ok()) << made.status();
  ASSERT_NO_FATAL_FAILURE(
      Start(OptionsOf(Quoted("settings/django.textproto"),
                      {"--database=sqlite:django.sqlite3"})));
  EXPECT_THAT(CallerWith({{"authorization", "Token " + std::string(40, 'a')}}),
              testing::StartsWith("token:"));
  EXPECT_THAT(CallerWith({{"authorization",
                           "Basic " + absl::Base64Escape("alice:wonderland")}}),
              testing::StartsWith("basic:"));
  EXPECT_EQ(CallerWith({{"authorization",
                         "Basic " + absl::Base64Escape("alice:wrong")}}),
            "Invalid username/password.");
}

TEST_F(SettingsTest, CertificatesOfClients) {
  modelservice::TestCertificates certificates;
  certificates.Make("ann", "/CN=ann", "URI:spiffe://example.org/ann");
  ASSERT_TRUE(certificates.status().ok()) << certificates.status();
  Write("server.crt", certificates.certificate("server"));
  Write("server.key", certificates.key("server"));
  Write("clients.crt", certificates.certificate("ca"));
  ASSERT_NO_FATAL_FAILURE(Start(OptionsOf(
      Quoted("settings/certificates.textproto"), {"--address=127.0.0.1:0"})));
  const auto caller = [&](const std::string& client) {
    grpc::SslCredentialsOptions ssl;
    ssl.pem_root_certs = certificates.certificate("ca");
    if (!client.empty()) {
      ssl.pem_private_key = certificates.key(client);
      ssl.pem_cert_chain = certificates.certificate(client);
    }
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride("localhost");
    desk_ = Desk::NewStub(grpc::CreateCustomChannel(
        server().address(), grpc::SslCredentials(ssl), arguments));
    return CallerWith({});
  };
  EXPECT_EQ(caller("ann"), "mtls:spiffe://example.org/ann");
  EXPECT_EQ(caller(""), "anonymous");
}

TEST_F(SettingsTest, Time) {
  ASSERT_NO_FATAL_FAILURE(Start(OptionsOf(Quoted("settings/time.textproto"))));
  EXPECT_THAT(Ask(&Desk::Stub::WhoAmI), IsOk());
}

class SharedLimitsTest : public SettingsTest,
                         public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    SettingsTest::SetUp();
    RedisServer::Options options;
    options.password = "secret";
    auto redis = RedisServer::Start(options);
    if (RedisServer::MaySkip(redis.status())) {
      GTEST_SKIP() << redis.status().message();
    }
    ASSERT_TRUE(redis.ok()) << redis.status();
    redis_ = *std::move(redis);
  }

  std::unique_ptr<RedisServer> redis_;
};

TEST_P(SharedLimitsTest, OneCountForTwoServers) {
  // The page's Redis is this test's.
  const std::string settings = absl::StrReplaceAll(
      Quoted(GetParam()),
      {{"localhost:6379", absl::StrCat("127.0.0.1:", redis_->port())}});
  const std::vector<std::string> patient = {"--rate_limits.timeout_ms=5000"};
  ASSERT_NO_FATAL_FAILURE(Start(OptionsOf(settings, patient)));
  const auto first = TakeServer();
  const auto other = Desk::NewStub(first->channel());
  ASSERT_NO_FATAL_FAILURE(Start(OptionsOf(settings, patient)));
  int admitted = 0;
  bool refused[2] = {false, false};
  for (int i = 0; i < 1000 && !(refused[0] && refused[1]); ++i) {
    const grpc::Status status = Call(i % 2 == 0 ? *desk_ : *other,
                                     &Desk::Stub::SendMail, Text(), &answer_);
    refused[i % 2] = !status.ok();
    if (status.ok()) {
      ++admitted;
    } else {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    }
  }
  EXPECT_TRUE(refused[0] && refused[1]);
  // A window of 20 that slides on by one in three minutes; with leases less,
  // by what a server took and did not use.
  EXPECT_GT(admitted, 0);
  EXPECT_LE(admitted, 21);
}

INSTANTIATE_TEST_SUITE_P(Stores, SharedLimitsTest,
                         testing::Values("settings/shared_limits.textproto",
                                         "settings/leased_limits.textproto"));

// "./news" is this program (main.cc).
class CommandsTest : public SettingsTest {
 protected:
  void SetUp() override {
    SettingsTest::SetUp();
    ASSERT_EQ(symlink(Self().c_str(), "news"), 0);
  }

 private:
  static std::string Self() {
    char path[4096];
    const ssize_t size = readlink("/proc/self/exe", path, sizeof(path));
    return size < 0 ? "" : std::string(path, static_cast<size_t>(size));
  }
};

TEST_F(CommandsTest, CreateToken) {
  // The tokens of the page's file; its web tokens have no keys here.
  Write("jwks.json", absl::StrCat(R"({"keys":[)", TestKey::P256().Jwk(), "]}"));
  Options options = OptionsOf(Quoted("settings/tokens.textproto"),
                              {"--database=sqlite:db.sqlite3"});
  const auto printed = modelservice::RunCommand(
      {"sh", "-ec", Quoted("commands/createtoken.sh")});
  ASSERT_TRUE(printed.ok()) << printed.status();
  const std::vector<std::string> lines =
      absl::StrSplit(*printed, '\n', absl::SkipEmpty());
  ASSERT_FALSE(lines.empty());
  options.migrate = false;
  ASSERT_NO_FATAL_FAILURE(Start(options));
  EXPECT_EQ(CallerWith({{"authorization", "Bearer " + lines.back()}}),
            "token:ann");
  EXPECT_EQ(CallerWith({{"authorization", "Token " + lines.back()}}),
            "token:ann");
}

TEST_F(CommandsTest, Serve) {
  ASSERT_TRUE(modelservice::RunCommand({"./news", "migrate"}).ok());
  setenv("MODELSERVICE_ADDRESS", "127.0.0.1:0", /*overwrite=*/1);
  ChildProcess::Options options;
  options.output_file = "output";
  const auto news = ChildProcess::Start(
      {"sh", "-c", "exec " + Quoted("commands/serve.sh")}, options);
  unsetenv("MODELSERVICE_ADDRESS");
  ASSERT_TRUE(news.ok()) << news.status();
  const auto address = [] {
    const std::string output = modelservice::ReadFile("output");
    const size_t from = output.find("listening on ");
    return from == std::string::npos || output.find('\n', from) == from
               ? std::string()
               : output.substr(from + 13, output.find('\n', from) - from - 13);
  };
  const absl::Time until = absl::Now() + absl::Seconds(30);
  while (address().empty() && (*news)->running() && absl::Now() < until) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  ASSERT_FALSE(address().empty()) << modelservice::ReadFile("output");
  desk_ = Desk::NewStub(
      grpc::CreateChannel(address(), grpc::InsecureChannelCredentials()));
  EXPECT_THAT(Ask(&Desk::Stub::WhoAmI, {{"x-request-id", "7"}}), IsOk());
  EXPECT_THAT(Ask(&Desk::Stub::WhoAmI),
              IsError(grpc::StatusCode::INVALID_ARGUMENT, testing::_));
  // gRPC waits some seconds for clients that stay.
  desk_ = nullptr;
  (*news)->Signal(SIGTERM);
  EXPECT_TRUE((*news)->Wait(absl::Seconds(30)));
  EXPECT_EQ((*news)->exit_code(), 0);
}

}  // namespace
}  // namespace news
