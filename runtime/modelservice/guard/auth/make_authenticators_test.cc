#include "modelservice/guard/auth/make_authenticators.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/auth_test_support.h"
#include "modelservice/guard/auth/jwt_test_support.h"
#include "modelservice/guard/auth/token_table.h"
#include "modelservice/manage/databases.h"
#include "modelservice/migrate/tables.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ApiKey final : public Authenticator {
 public:
  bool Recognizes(const CallContext& call) const override {
    return call.metadata("x-api-key").has_value();
  }
  absl::StatusOr<Principal> Authenticate(const CallContext& call) override {
    Principal principal;
    principal.subject = std::string(*call.metadata("x-api-key"));
    return principal;
  }
};

class MakeAuthenticatorsTest : public testing::Test {
 protected:
  MakeAuthenticatorsTest()
      : database_(*OpenDatabase("sqlite:" + folder_.path() + "/a.db")) {
    custom_["api_key"] = std::make_unique<ApiKey>();
  }
  ~MakeAuthenticatorsTest() override { database_->Close(); }

  auto Make(const std::string& settings) {
    Settings parsed;
    EXPECT_TRUE(
        google::protobuf::TextFormat::ParseFromString(settings, &parsed));
    return MakeAuthenticators(parsed, *database_, custom_);
  }
  std::string Error(const std::string& settings) {
    const auto made = Make(settings);
    EXPECT_FALSE(made.ok());
    return std::string(made.status().message());
  }

  const TemporaryFolder folder_;
  const std::unique_ptr<Database> database_;
  NamedAuthenticators custom_;
};

TEST_F(MakeAuthenticatorsTest, NoneByDefault) {
  const auto made = Make("");
  ASSERT_TRUE(made.ok());
  EXPECT_THAT(*made, IsEmpty());
}

TEST_F(MakeAuthenticatorsTest, EachTakesItsOwnCredentials) {
  const TokenTable table("modelservice_token");
  ASSERT_TRUE(CreateMissingTables(*database_, {&table.model()}).ok());
  ASSERT_TRUE(
      table.Add(*database_, "opaque", {"by token", ""}, absl::Now()).ok());
  const std::string secret = folder_.path() + "/secret";
  std::ofstream(secret) << kTestSecret;
  // The order of the two bearers does not matter: their forms tell.
  for (const bool token_first : {false, true}) {
    const std::string jwt = absl::StrCat("authenticator { jwt { secret_file: '",
                                         secret, "' require_expiry: false } }");
    const std::string token = "authenticator { token {} }";
    custom_["api_key"] = std::make_unique<ApiKey>();
    auto made =
        Make(absl::StrCat(token_first ? token : jwt, token_first ? jwt : token,
                          "authenticator { custom: 'api_key' }"));
    ASSERT_TRUE(made.ok()) << made.status();
    AuthServer server(*std::move(made));
    const TestKey key = TestKey::Secret();
    EXPECT_EQ(server.Call("Bearer " + key.Token(R"({"sub":"by jwt"})"))
                  .principal.subject,
              "by jwt");
    const AuthAnswer opaque = server.Call("Bearer opaque");
    EXPECT_EQ(opaque.principal.subject, "by token");
    EXPECT_EQ(opaque.principal.scheme, "token");
    EXPECT_EQ(opaque.principal.realm, "token:modelservice_token");
    const AuthAnswer answer = server.Call({{"x-api-key", "by key"}});
    EXPECT_EQ(answer.principal.subject, "by key");
    EXPECT_EQ(answer.principal.scheme, "api_key");
    EXPECT_EQ(answer.principal.realm, "custom:api_key");
    // No bearer is overlooked.
    for (const char* bad : {"Bearer x", "Bearer a.b.c", "Bearer a.b"}) {
      EXPECT_EQ(server.Call(bad).code, grpc::StatusCode::UNAUTHENTICATED)
          << bad;
    }
  }
}

TEST_F(MakeAuthenticatorsTest, SeveralIssuersShareTheTokens) {
  const TestKey keys[] = {TestKey::Ed25519(), TestKey::P256()};
  std::string settings;
  for (const TestKey& key : keys) {
    const std::string file =
        absl::StrCat(folder_.path(), "/", key.algorithm(), ".pem");
    std::ofstream(file) << key.PublicPem();
    absl::StrAppend(&settings, "authenticator { jwt { public_key_file: '", file,
                    "' require_expiry: false issuer: '", key.algorithm(),
                    "' } }");
  }
  auto made = Make(settings);
  ASSERT_TRUE(made.ok()) << made.status();
  AuthServer server(*std::move(made));
  const auto call = [&](const TestKey& key, absl::string_view issuer) {
    return server.Call(absl::StrCat(
        "Bearer ",
        key.Token(absl::StrCat(R"({"sub":"7","iss":")", issuer, "\"}"))));
  };
  EXPECT_EQ(call(keys[0], "EdDSA").principal.subject, "7");
  EXPECT_EQ(call(keys[1], "ES256").principal.subject, "7");
  // One cannot sign for the other, and nobody's are nobody's.
  EXPECT_EQ(call(keys[0], "ES256").reason, "TOKEN_ALGORITHM");
  EXPECT_EQ(call(keys[1], "EdDSA").reason, "TOKEN_ALGORITHM");
  EXPECT_EQ(call(keys[1], "else").reason, "TOKEN_ISSUER");
  EXPECT_EQ(server.Call("Bearer x").reason, "TOKEN_MALFORMED");

  EXPECT_EQ(Error("authenticator { jwt { issuer: 'a' } } "
                  "authenticator { jwt {} }"),
            "authenticator[0].jwt.public_key_file: no files of keys are named; "
            "set one of public_key_file, secret_file and jwks_file");
  EXPECT_EQ(Error("authenticator { jwt {} } authenticator { jwt {} }"),
            "authenticator[0].jwt.issuer: there are several jwt, which share "
            "the tokens by issuer; set it for each of them");
}

// Of all kinds: the prefix is put before subjects, and taken by nobody else.
TEST_F(MakeAuthenticatorsTest, RealmsAndPrefixes) {
  const std::string secret = folder_.path() + "/secret";
  std::ofstream(secret) << kTestSecret;
  auto made = Make(absl::StrCat(
      "authenticator { jwt { secret_file: '", secret,
      "' require_expiry: false } subject_prefix: 'jwt:' realm: 'staff' } ",
      "authenticator { custom: 'api_key' }"));
  ASSERT_TRUE(made.ok()) << made.status();
  AuthServer server(*std::move(made));
  const AuthAnswer jwt = server.Call(
      "Bearer " + TestKey::Secret().Token(R"({"sub":"7","iss":"a"})"));
  EXPECT_EQ(jwt.principal.subject, "jwt:7");
  EXPECT_EQ(jwt.principal.realm, "staff");
  EXPECT_EQ(server.Call({{"x-api-key", "7"}}).principal.subject, "7");
  const AuthAnswer taken = server.Call({{"x-api-key", "jwt:7"}});
  EXPECT_EQ(taken.code, grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(taken.reason, "SUBJECT_OF_ANOTHER_REALM");

  custom_["api_key"] = std::make_unique<ApiKey>();
  auto prefixed = Make(
      "authenticator { custom: 'api_key' subject_prefix: 'key:' realm: 'k' }");
  ASSERT_TRUE(prefixed.ok()) << prefixed.status();
  AuthServer other(*std::move(prefixed));
  EXPECT_EQ(other.Call({{"x-api-key", "7"}}).principal.subject, "key:7");
  EXPECT_EQ(other.Call({{"x-api-key", "7"}}).principal.realm, "k");
  EXPECT_TRUE(other.Call({{"x-api-key", ""}}).principal.is_anonymous());
}

TEST_F(MakeAuthenticatorsTest, ErrorsNameTheSettingAndTheMend) {
  EXPECT_EQ(Error("authenticator {}"),
            "authenticator[0]: no kind is set; set jwt, token, basic, mtls or "
            "custom");
  EXPECT_EQ(Error("authenticator { custom: 'x' }"),
            "authenticator[0].custom: no authenticator is called \"x\"; there "
            "are api_key; Registry::AddAuthenticator adds one");
  EXPECT_EQ(Error("authenticator { custom: 'api_key' } "
                  "authenticator { custom: 'api_key' }"),
            "authenticator[1].custom: \"api_key\" is named twice; name it "
            "once");
  custom_.clear();
  EXPECT_EQ(Error("authenticator { custom: 'x' }"),
            "authenticator[0].custom: no authenticator is called \"x\"; "
            "Registry::AddAuthenticator adds one");
  EXPECT_EQ(Error("authenticator { jwt {} }"),
            "authenticator[0].jwt.public_key_file: no files of keys are named; "
            "set one of public_key_file, secret_file and jwks_file");
  EXPECT_EQ(Error("authenticator { jwt { secret_file: '/no/such' } }"),
            "authenticator[0].jwt.secret_file: /no/such cannot be read: No "
            "such file or directory");
  EXPECT_THAT(Error("authenticator { token {} }"),
              StartsWith("authenticator[0].token.table: there is no table"));
  EXPECT_EQ(Error("authenticator { basic {} }"),
            "authenticator[0].basic.user_table: there is no table "
            "\"auth_user\" of Django's users; run Django's migrate on this "
            "database, or set user_table");
  EXPECT_EQ(Error("authenticator { mtls {} }"),
            "authenticator[0].mtls: no certificate is asked for; set "
            "tls.client_ca_file to those who sign them");
  EXPECT_TRUE(
      Make("tls { client_ca_file: 'ca.pem' } authenticator { mtls {} }").ok());
}

TEST_F(MakeAuthenticatorsTest, AUserTableMustHaveItsColumns) {
  ASSERT_TRUE(
      database_->RunScript("CREATE TABLE people (id INTEGER, email TEXT)")
          .ok());
  EXPECT_EQ(Error("authenticator { basic { user_table: 'people' } }"),
            "authenticator[0].basic.user_table: the table \"people\" of "
            "Django's users has no column \"username\"; set user_table and "
            "username_column as the user model has them");
}

TEST_F(MakeAuthenticatorsTest, TheTablesThatMigrateMakes) {
  const auto names = [](const Settings& settings) {
    std::vector<std::string> names;
    for (const auto& table : TokenTables(settings)) {
      names.emplace_back(table->model().table->name);
    }
    return names;
  };
  Settings settings;
  EXPECT_THAT(names(settings), IsEmpty());
  settings.add_authenticator()->mutable_token()->set_plain(true);
  settings.add_authenticator()->mutable_basic();
  EXPECT_THAT(names(settings), IsEmpty());
  settings.add_authenticator()->mutable_token();
  settings.add_authenticator()->mutable_token();
  settings.add_authenticator()->mutable_token()->set_table("other");
  EXPECT_THAT(names(settings), ElementsAre("modelservice_token", "other"));
}

}  // namespace
}  // namespace modelservice
