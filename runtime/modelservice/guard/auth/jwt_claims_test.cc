#include "modelservice/guard/auth/jwt_claims.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/json_object.h"
#include "modelservice/guard/auth/jwt.h"
#include "modelservice/guard/auth/jwt_test_support.h"

namespace modelservice {
namespace {

absl::Status Check(absl::string_view claims,
                   const JwtPolicy& policy = JwtPolicy()) {
  const TestKey key = TestKey::Secret();
  return VerifyJwt(key.Token(claims), {key.Verifier()}, policy, TestNow())
      .status();
}

std::string ReasonFor(absl::string_view claims,
                      const JwtPolicy& policy = JwtPolicy()) {
  return ReasonOf(Check(claims, policy));
}

// Seconds from the tests' now.
std::string At(int offset) {
  return absl::StrCat(absl::ToUnixSeconds(TestNow()) + offset);
}

TEST(JwtClaims, ExpiryWithItsLeeway) {
  EXPECT_EQ(ReasonFor(absl::StrCat(R"({"exp":)", At(1), "}")), "");
  EXPECT_EQ(ReasonFor(absl::StrCat(R"({"exp":)", At(-29), "}")), "");
  EXPECT_EQ(ReasonFor(absl::StrCat(R"({"exp":)", At(-30), "}")),
            "TOKEN_EXPIRED");
  EXPECT_EQ(ReasonFor(absl::StrCat(R"({"exp":)", At(-31), ".5}")),
            "TOKEN_EXPIRED");
  EXPECT_EQ(ReasonFor(R"({"exp":0})"), "TOKEN_EXPIRED");
  EXPECT_EQ(ReasonFor(R"({"exp":-1})"), "TOKEN_EXPIRED");
  EXPECT_EQ(ReasonFor(R"({"exp":1.7e9})"), "");
  EXPECT_EQ(Check(R"({"exp":0})").message(), "The token has expired.");
}

TEST(JwtClaims, ExpiryIsRequiredUnlessThePolicySaysElse) {
  EXPECT_EQ(ReasonFor("{}"), "TOKEN_EXPIRED");
  JwtPolicy policy;
  policy.require_expiry = false;
  EXPECT_EQ(ReasonFor("{}", policy), "");
  EXPECT_EQ(ReasonFor(R"({"exp":1})", policy), "TOKEN_EXPIRED");
}

TEST(JwtClaims, NotBeforeAndIssuedAt) {
  for (const char* claim : {"nbf", "iat"}) {
    const auto claims = [&](int offset) {
      return absl::StrCat(R"({"exp":)", At(60), ",\"", claim, "\":", At(offset),
                          "}");
    };
    EXPECT_EQ(ReasonFor(claims(-1000000)), "") << claim;
    EXPECT_EQ(ReasonFor(claims(30)), "") << claim;
    EXPECT_EQ(ReasonFor(claims(31)), "TOKEN_NOT_YET_VALID") << claim;
  }
}

TEST(JwtClaims, TimesAreNumbersThatMeanATime) {
  for (const char* claim : {"exp", "nbf", "iat"}) {
    for (const char* value : {"\"1700003600\"", "null", "true", "[]", "{}",
                              "1e300", "-1e300", "9007199254740993"}) {
      JwtPolicy policy;
      policy.require_expiry = false;
      EXPECT_EQ(
          ReasonFor(absl::StrCat("{\"", claim, "\":", value, "}"), policy),
          "TOKEN_MALFORMED")
          << claim << " " << value;
    }
  }
}

TEST(JwtClaims, Issuer) {
  JwtPolicy policy;
  policy.issuer = "https://id.example.com";
  const auto claims = [](absl::string_view issuer) {
    return absl::StrCat(R"({"exp":)", At(60), issuer, "}");
  };
  EXPECT_EQ(ReasonFor(claims(R"(,"iss":"https://id.example.com")"), policy),
            "");
  for (const char* issuer :
       {"", R"(,"iss":"https://id.example.com/")", R"(,"iss":"")",
        R"(,"iss":["https://id.example.com"])", R"(,"iss":null)",
        R"(,"iss":"https://id.example.com\u0000")"}) {
    EXPECT_EQ(ReasonFor(claims(issuer), policy), "TOKEN_ISSUER") << issuer;
  }
  EXPECT_EQ(ReasonFor(claims(R"(,"iss":"anybody")")), "");
}

TEST(JwtClaims, Audience) {
  JwtPolicy policy;
  policy.audiences = {"shop", "stock"};
  const auto claims = [](absl::string_view audience) {
    return absl::StrCat(R"({"exp":)", At(60), audience, "}");
  };
  for (const char* audience :
       {R"(,"aud":"shop")", R"(,"aud":"stock")", R"(,"aud":["x","shop"])"}) {
    EXPECT_EQ(ReasonFor(claims(audience), policy), "") << audience;
  }
  for (const char* audience :
       {"", R"(,"aud":"")", R"(,"aud":"Shop")", R"(,"aud":[])",
        R"(,"aud":["x"])", R"(,"aud":[["shop"]])", R"(,"aud":{"shop":1})",
        R"(,"aud":null)", R"(,"aud":7)"}) {
    EXPECT_EQ(ReasonFor(claims(audience), policy), "TOKEN_AUDIENCE")
        << audience;
  }
  // Meant for somebody, and we are nobody in particular.
  EXPECT_EQ(ReasonFor(claims(R"(,"aud":"shop")")), "TOKEN_AUDIENCE");
  EXPECT_EQ(ReasonFor(claims("")), "");
}

TEST(JwtClaims, DamagedOnesAreMalformed) {
  const std::string exp = absl::StrCat(R"("exp":)", At(60));
  std::string deep = "1";
  for (int i = 0; i < 1000; ++i) deep = absl::StrCat("[", deep, "]");
  for (const std::string& claims :
       {std::string(), std::string("null"), std::string("[]"),
        std::string("\"x\""), absl::StrCat("{", exp, ",", exp, "}"),
        absl::StrCat("{", exp, R"(,"a":{"b":1,"b":2}})"),
        absl::StrCat("{", exp, "}x"), absl::StrCat("{", exp, "} {}"),
        absl::StrCat("{", exp, ",\"a\":\"\xff\"}"),
        absl::StrCat("{", exp, R"(,"a":"\ud800"})"),
        absl::StrCat("{", exp, R"(,"a":NaN})"),
        absl::StrCat("{", exp, R"(,"a":1e999})"),
        absl::StrCat("{", exp, ",\"a\":", deep, "}")}) {
    EXPECT_EQ(ReasonFor(claims), "TOKEN_MALFORMED") << claims.substr(0, 100);
  }
}

TEST(JwtClaims, AreReadOnlyBehindAGoodSignature) {
  const TestKey key = TestKey::Secret();
  const TestKey other = TestKey::Secret("another secret of thirty-two bytes");
  for (const char* claims : {R"({"exp":0})", "[]", "{}"}) {
    EXPECT_EQ(ReasonOf(VerifyJwt(other.Token(claims), {key.Verifier()},
                                 JwtPolicy(), TestNow())
                           .status()),
              "TOKEN_SIGNATURE");
  }
}

}  // namespace
}  // namespace modelservice
