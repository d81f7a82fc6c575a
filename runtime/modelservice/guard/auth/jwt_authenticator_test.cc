#include "modelservice/guard/auth/jwt_authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/auth_test_support.h"
#include "modelservice/guard/auth/jwt_test_support.h"
#include "modelservice/testing/captured_log.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class JwtAuthenticatorTest : public testing::Test {
 protected:
  JwtAuthenticatorTest() {
    options_.clock = [this] { return now_; };
    settings_.set_jwks_file(folder_.path() + "/jwks.json");
  }

  // As those should who replace it.
  void Write(absl::string_view content) {
    const std::string path = settings_.jwks_file();
    std::ofstream(path + ".new", std::ios::binary) << content;
    ASSERT_EQ(std::rename((path + ".new").c_str(), path.c_str()), 0);
  }
  void WriteKey(const TestKey& key) {
    Write(absl::StrCat("{\"keys\":[", key.Jwk(), "]}"));
  }

  void Serve() {
    server_ = AuthServer::With(MakeJwtAuthenticator(settings_, options_));
  }
  AuthAnswer Bearer(absl::string_view token) {
    return server_->Call(absl::StrCat("Bearer ", token));
  }

  const TemporaryFolder folder_;
  absl::Time now_ = TestNow();
  JwtSettings settings_;
  JwtOptions options_;
  std::unique_ptr<AuthServer> server_;
};

TEST_F(JwtAuthenticatorTest, TheClaimsSayWhoCalls) {
  const TestKey key = TestKey::P256();
  WriteKey(key);
  Serve();
  const AuthAnswer answer = Bearer(
      key.Token(R"({"sub":"7","exp":1700003600,"roles":["admin","staff",7],)"
                R"("permissions":"shop.add_customer  shop.view_customer",)"
                R"("tenant":{"id":"acme"}})"));
  ASSERT_EQ(answer.code, grpc::StatusCode::OK) << answer.message;
  EXPECT_EQ(answer.principal.subject, "7");
  EXPECT_EQ(answer.principal.scheme, "jwt");
  EXPECT_THAT(answer.principal.roles, ElementsAre("admin", "staff"));
  EXPECT_THAT(answer.principal.permissions,
              ElementsAre("shop.add_customer", "shop.view_customer"));
  EXPECT_FALSE(answer.principal.superuser);
  EXPECT_EQ(answer.principal.Claim("tenant.id"), "acme");
}

TEST_F(JwtAuthenticatorTest, TheSettingsNameTheClaims) {
  const TestKey key = TestKey::Ed25519();
  WriteKey(key);
  settings_.set_subject_claim("user_id");
  settings_.set_roles_claim("realm_access.roles");
  settings_.set_permissions_claim("https://shop.example/may");
  Serve();
  const AuthAnswer answer = Bearer(key.Token(
      R"({"sub":"x","user_id":42,"exp":1700003600,)"
      R"("realm_access":{"roles":["a"]},"https://shop.example/may":["b.c"]})"));
  EXPECT_EQ(answer.principal.subject, "42");
  EXPECT_THAT(answer.principal.roles, ElementsAre("a"));
  EXPECT_THAT(answer.principal.permissions, ElementsAre("b.c"));
}

TEST_F(JwtAuthenticatorTest, ATokenMustSayWho) {
  const TestKey key = TestKey::Secret();
  WriteKey(key);
  Serve();
  for (const char* subject :
       {"", R"(,"sub":"")", R"(,"sub":null)", R"(,"sub":["7"])", R"(,"sub":{})",
        R"(,"sub":7)", R"(,"sub":true)", R"(,"sub":7.5)",
        R"(,"sub":1234567890123456789)"}) {
    const AuthAnswer answer =
        Bearer(key.Token(absl::StrCat(R"({"exp":1700003600)", subject, "}")));
    EXPECT_EQ(answer.code, grpc::StatusCode::UNAUTHENTICATED) << subject;
    EXPECT_EQ(answer.reason, "TOKEN_MALFORMED");
    EXPECT_THAT(answer.message, HasSubstr("claim \"sub\""));
  }
}

// The key of a user's row, as Django's makers of tokens have it: but no number
// that another is rounded to.
TEST_F(JwtAuthenticatorTest, AnotherClaimMayBeAWholeNumber) {
  const TestKey key = TestKey::Secret();
  WriteKey(key);
  settings_.set_subject_claim("user_id");
  Serve();
  const auto answer = [&](const char* subject) {
    return Bearer(key.Token(
        absl::StrCat(R"({"exp":1700003600,"user_id":)", subject, "}")));
  };
  EXPECT_EQ(answer("42").principal.subject, "42");
  EXPECT_EQ(answer("-1").principal.subject, "-1");
  EXPECT_EQ(answer("9007199254740991").principal.subject, "9007199254740991");
  EXPECT_EQ(answer(R"("9007199254740993")").principal.subject,
            "9007199254740993");
  for (const char* subject :
       {"9007199254740992", "9007199254740993", "1e300", "0.5", "true"}) {
    EXPECT_EQ(answer(subject).code, grpc::StatusCode::UNAUTHENTICATED)
        << subject;
    EXPECT_EQ(answer(subject).reason, "TOKEN_MALFORMED");
  }
}

TEST_F(JwtAuthenticatorTest, TheRealmIsTheIssuer) {
  const TestKey key = TestKey::Secret();
  WriteKey(key);
  Serve();
  const auto realm = [&](const char* claims) {
    return Bearer(key.Token(absl::StrCat(R"({"sub":"7","exp":1700003600)",
                                         claims, "}")))
        .principal.realm;
  };
  EXPECT_EQ(realm(""), "jwt:");
  EXPECT_EQ(realm(R"(,"iss":"a")"), "jwt:a");
  EXPECT_EQ(realm(R"(,"iss":"b")"), "jwt:b");
  options_.subjects = {"people", "id:", {}};
  Serve();
  EXPECT_EQ(realm(R"(,"iss":"a")"), "people");
  EXPECT_EQ(Bearer(key.Token(kGoodClaims)).principal.subject, "id:7");
}

TEST_F(JwtAuthenticatorTest, ARefusalSaysWhyAndWhatToSend) {
  const TestKey key = TestKey::Secret();
  WriteKey(key);
  Serve();
  const AuthAnswer answer = Bearer(key.Token(R"({"sub":"7","exp":1})"));
  EXPECT_EQ(answer.code, grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(answer.message, "The token has expired.");
  EXPECT_EQ(answer.reason, "TOKEN_EXPIRED");
  EXPECT_EQ(answer.challenge, "Bearer error=\"invalid_token\"");
}

TEST_F(JwtAuthenticatorTest, TheHeaderIsReadAsRestFrameworkReadsIt) {
  const TestKey key = TestKey::Secret();
  WriteKey(key);
  Serve();
  const std::string token = key.Token(kGoodClaims);
  for (const std::string& header :
       {absl::StrCat("Bearer ", token), absl::StrCat("bearer   ", token),
        absl::StrCat("BEARER ", token, " ")}) {
    EXPECT_EQ(server_->Call(header).principal.subject, "7") << header;
  }
  for (const std::string& header :
       {std::string("Basic YTpi"), token, absl::StrCat("Bearer:", token)}) {
    EXPECT_TRUE(server_->Call(header).principal.is_anonymous()) << header;
    EXPECT_EQ(server_->Call(header).code, grpc::StatusCode::OK) << header;
  }
  EXPECT_EQ(server_->Call("Bearer").message,
            "Invalid token header. No credentials provided.");
  EXPECT_EQ(server_->Call("Bearer a b").message,
            "Invalid token header. Token string should not contain spaces.");
  EXPECT_EQ(server_->Call("Bearer opaque").reason, "TOKEN_MALFORMED");
}

TEST_F(JwtAuthenticatorTest, AnOpaqueBearerMayBeLeftToAnother) {
  WriteKey(TestKey::Secret());
  options_.every_bearer = false;
  Serve();
  EXPECT_EQ(Bearer("opaque").code, grpc::StatusCode::OK);
  EXPECT_EQ(Bearer("a.b.c").code, grpc::StatusCode::UNAUTHENTICATED);
}

// What was found good once is remembered, but for no longer than it is good.
TEST_F(JwtAuthenticatorTest, ARememberedTokenExpires) {
  const TestKey key = TestKey::Ed25519();
  WriteKey(key);
  Serve();
  const std::string token = key.Token(R"({"sub":"7","exp":1700000100})");
  for (const int seconds : {0, 1, 99, 129}) {
    now_ = TestNow() + absl::Seconds(seconds);
    EXPECT_EQ(Bearer(token).principal.subject, "7") << seconds;
  }
  now_ = TestNow() + absl::Seconds(130);
  EXPECT_EQ(Bearer(token).reason, "TOKEN_EXPIRED");
}

TEST_F(JwtAuthenticatorTest, NewKeysCountASecondLater) {
  const TestKey before = TestKey::Ed25519();
  const TestKey after = TestKey::Ed25519();
  WriteKey(before);
  Serve();
  const std::string old_token = before.Token(kGoodClaims);
  EXPECT_EQ(Bearer(old_token).code, grpc::StatusCode::OK);
  WriteKey(after);
  // Nobody looks yet.
  EXPECT_EQ(Bearer(old_token).code, grpc::StatusCode::OK);
  now_ += absl::Seconds(1);
  EXPECT_EQ(Bearer(after.Token(kGoodClaims)).code, grpc::StatusCode::OK);
  // Also a token that was remembered.
  EXPECT_EQ(Bearer(old_token).reason, "TOKEN_SIGNATURE");
  // One token was remembered; the keys, which the start asks for, too, were
  // read again once.
  EXPECT_EQ(server_->HitsAndMisses("tokens"), std::make_pair(1.0, 3.0));
  EXPECT_EQ(server_->HitsAndMisses("keys"), std::make_pair(4.0, 1.0));
}

TEST_F(JwtAuthenticatorTest, ABrokenFileLeavesTheKeys) {
  const TestKey key = TestKey::Ed25519();
  WriteKey(key);
  Serve();
  for (const char* content : {"", "{\"keys\":[", "{\"keys\":[]}", "x"}) {
    Write(content);
    now_ += absl::Seconds(1);
    EXPECT_EQ(Bearer(key.Token(kGoodClaims)).code, grpc::StatusCode::OK)
        << content;
  }
  ASSERT_EQ(std::remove(settings_.jwks_file().c_str()), 0);
  now_ += absl::Seconds(1);
  EXPECT_EQ(Bearer(key.Token(kGoodClaims)).code, grpc::StatusCode::OK);
  // And a good one mends it.
  const TestKey next = TestKey::Ed25519();
  WriteKey(next);
  now_ += absl::Seconds(1);
  EXPECT_EQ(Bearer(next.Token(kGoodClaims)).code, grpc::StatusCode::OK);
  EXPECT_EQ(Bearer(key.Token(kGoodClaims)).reason, "TOKEN_SIGNATURE");
}

// Keys are made new by adding them: one that cannot be used beside them must
// not stop that.
TEST_F(JwtAuthenticatorTest, ABadKeyLeavesTheOthers) {
  const TestKey good = TestKey::Ed25519();
  const TestKey next = TestKey::P256();
  const std::string weak = TestKey::Rsa(1024).Jwk(R"("kid":"old",)");
  Write(absl::StrCat("{\"keys\":[", weak, ",", good.Jwk(), "]}"));
  CapturedLog captured;
  Serve();
  EXPECT_THAT(captured.Take(),
              HasSubstr("jwks.json keys[0] (kid \"old\") has an RSA key of "
                        "1024 bits, which can be broken; make one of at least "
                        "2048; this key is left out"));
  EXPECT_EQ(Bearer(good.Token(kGoodClaims)).code, grpc::StatusCode::OK);
  Write(absl::StrCat("{\"keys\":[", good.Jwk(), ",", weak, ",", next.Jwk(),
                     "]}"));
  now_ += absl::Seconds(1);
  EXPECT_EQ(Bearer(next.Token(kGoodClaims)).code, grpc::StatusCode::OK);
  EXPECT_EQ(Bearer(good.Token(kGoodClaims)).code, grpc::StatusCode::OK);
  // Of a set without a good one nothing is taken.
  Write(absl::StrCat("{\"keys\":[", weak, "]}"));
  now_ += absl::Seconds(1);
  EXPECT_EQ(Bearer(good.Token(kGoodClaims)).code, grpc::StatusCode::OK);
}

TEST_F(JwtAuthenticatorTest, OneFileOfEachKind) {
  const TestKey secret = TestKey::Secret();
  const TestKey rsa = TestKey::Rsa();
  const std::string path = settings_.jwks_file();
  settings_.clear_jwks_file();
  std::ofstream(path) << kTestSecret << "\n";
  settings_.set_secret_file(path);
  Serve();
  EXPECT_EQ(Bearer(secret.Token(kGoodClaims)).principal.subject, "7");

  std::ofstream(path) << rsa.PublicPem();
  settings_.clear_secret_file();
  settings_.set_public_key_file(path);
  Serve();
  EXPECT_EQ(Bearer(rsa.Token(kGoodClaims)).principal.subject, "7");
  // The public key is no secret.
  EXPECT_EQ(Bearer(TestKey::Secret(rsa.PublicPem()).Token(kGoodClaims)).reason,
            "TOKEN_ALGORITHM");
}

TEST_F(JwtAuthenticatorTest, ThePolicyIsThatOfTheSettings) {
  const TestKey key = TestKey::Secret();
  WriteKey(key);
  settings_.set_issuer("id");
  settings_.add_audience("shop");
  settings_.set_leeway(0);
  settings_.set_require_expiry(false);
  settings_.add_algorithm("HS256");
  Serve();
  EXPECT_EQ(Bearer(key.Token(R"({"sub":"7","iss":"id","aud":"shop"})")).code,
            grpc::StatusCode::OK);
  EXPECT_EQ(Bearer(key.Token(R"({"sub":"7","aud":"shop"})")).reason,
            "TOKEN_ISSUER");
  EXPECT_EQ(Bearer(key.Token(R"({"sub":"7","iss":"id"})")).reason,
            "TOKEN_AUDIENCE");
  EXPECT_EQ(Bearer(key.Token(R"({"sub":"7","exp":1699999999})")).reason,
            "TOKEN_EXPIRED");
}

TEST_F(JwtAuthenticatorTest, WrongSettingsAreErrorsAtStart) {
  const auto error = [&] {
    const auto made = MakeJwtAuthenticator(settings_, options_);
    EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(made.status().message());
  };
  EXPECT_THAT(error(), HasSubstr("jwks_file: "));
  EXPECT_THAT(error(), HasSubstr("jwks.json cannot be read"));
  settings_.set_jwks_file(folder_.path());
  EXPECT_THAT(error(), HasSubstr("jwks_file: "));
  settings_.set_jwks_file(folder_.path() + "/jwks.json");
  Write("{}");
  EXPECT_THAT(error(), HasSubstr("is no JSON Web Key Set"));
  WriteKey(TestKey::Secret());
  settings_.add_algorithm("RS512");
  EXPECT_THAT(error(), HasSubstr("algorithm: \"RS512\" is not known"));
  settings_.set_algorithm(0, "RS256");
  EXPECT_THAT(error(),
              HasSubstr("no key is for RS256; the first is for HS256"));
  settings_.clear_algorithm();
  for (const double leeway : {-1.0, 4000.0, std::nan("")}) {
    settings_.set_leeway(leeway);
    EXPECT_THAT(error(), HasSubstr("leeway: "));
  }
  settings_.clear_leeway();
  settings_.set_secret_file("x");
  EXPECT_THAT(error(), HasSubstr("several files of keys"));
  settings_.clear_secret_file();
  settings_.clear_jwks_file();
  EXPECT_THAT(error(), HasSubstr("no files of keys are named; set one of"));
}

}  // namespace
}  // namespace modelservice
