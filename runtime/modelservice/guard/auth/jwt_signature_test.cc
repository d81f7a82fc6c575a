#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/base64url.h"
#include "modelservice/guard/auth/json_object.h"
#include "modelservice/guard/auth/jwt.h"
#include "modelservice/guard/auth/jwt_test_support.h"
#include "modelservice/guard/auth/key_set.h"

namespace modelservice {
namespace {

std::vector<TestKey> AllKinds() {
  return {TestKey::Secret(), TestKey::Rsa(), TestKey::P256(),
          TestKey::Ed25519()};
}

// "" when the token is taken.
std::string ReasonFor(absl::string_view token, const KeySet& keys,
                      const JwtPolicy& policy = JwtPolicy()) {
  return ReasonOf(VerifyJwt(token, keys, policy, TestNow()).status());
}

TEST(JwtSignature, EachKindOfKeyTakesItsOwn) {
  const std::vector<TestKey> kinds = AllKinds();
  for (const TestKey& signer : kinds) {
    for (const TestKey& verifier : kinds) {
      const std::string reason =
          ReasonFor(signer.Token(kGoodClaims), {verifier.Verifier()});
      EXPECT_EQ(reason, &signer == &verifier ? "" : "TOKEN_ALGORITHM")
          << signer.algorithm() << " by " << verifier.algorithm();
    }
  }
}

TEST(JwtSignature, AnotherKeyOfTheSameKindIsRefused) {
  for (const TestKey& verifier :
       {TestKey::Rsa(), TestKey::P256(), TestKey::Ed25519()}) {
    const TestKey other = verifier.algorithm() == "RS256" ? TestKey::Rsa()
                          : verifier.algorithm() == "ES256"
                              ? TestKey::P256()
                              : TestKey::Ed25519();
    EXPECT_EQ(ReasonFor(other.Token(kGoodClaims), {verifier.Verifier()}),
              "TOKEN_SIGNATURE")
        << verifier.algorithm();
  }
  EXPECT_EQ(ReasonFor(TestKey::Secret("fedcba9876543210fedcba9876543210")
                          .Token(kGoodClaims),
                      {TestKey::Secret().Verifier()}),
            "TOKEN_SIGNATURE");
}

// The classic attack: the public key, which everybody has, as HMAC's secret.
TEST(JwtSignature, APublicKeyIsNeverASecret) {
  for (const TestKey& key :
       {TestKey::Rsa(), TestKey::P256(), TestKey::Ed25519()}) {
    const TestKey attacker = TestKey::Secret(key.PublicPem());
    EXPECT_EQ(ReasonFor(attacker.Token(kGoodClaims), {key.Verifier()}),
              "TOKEN_ALGORITHM");
    // Nor does the header's word change what the key is for.
    const std::string header =
        absl::StrCat("{\"alg\":\"", key.algorithm(), "\"}");
    EXPECT_EQ(ReasonFor(attacker.Token(kGoodClaims, header), {key.Verifier()}),
              "TOKEN_SIGNATURE");
  }
}

TEST(JwtSignature, NoneIsRefusedInEverySpelling) {
  const KeySet keys = {TestKey::Secret().Verifier(), TestKey::Rsa().Verifier()};
  for (const char* algorithm :
       {"none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", "HS384", "RS384",
        "PS256", "ES256K", "HS256\\u0000"}) {
    const std::string text = absl::StrCat(
        EncodeBase64Url(absl::StrCat(R"({"alg":")", algorithm, "\"}")), ".",
        EncodeBase64Url(kGoodClaims));
    EXPECT_EQ(ReasonFor(absl::StrCat(text, "."), keys), "TOKEN_ALGORITHM")
        << algorithm;
    EXPECT_EQ(ReasonFor(TestKey::Secret().Token(
                            kGoodClaims,
                            absl::StrCat(R"({"alg":")", algorithm, "\"}")),
                        keys),
              "TOKEN_ALGORITHM")
        << algorithm;
  }
}

TEST(JwtSignature, AnEmptySignatureIsRefusedForEveryKind) {
  for (const TestKey& key : AllKinds()) {
    std::string token = key.Token(kGoodClaims);
    token.resize(token.rfind('.') + 1);
    EXPECT_EQ(ReasonFor(token, {key.Verifier()}), "TOKEN_SIGNATURE");
  }
}

// CVE-2022-21449: a pair of zeros fits every text under a careless check.
TEST(JwtSignature, APairOfZerosIsNoSignature) {
  const TestKey key = TestKey::P256();
  std::string token = key.Token(kGoodClaims);
  token.resize(token.rfind('.') + 1);
  EXPECT_EQ(ReasonFor(token + EncodeBase64Url(std::string(64, '\0')),
                      {key.Verifier()}),
            "TOKEN_SIGNATURE");
}

// OpenSSL's own form is not the token's.
TEST(JwtSignature, ADerSignatureIsRefused) {
  const TestKey key = TestKey::P256();
  const std::string token = key.Token(kGoodClaims);
  const std::string raw =
      *DecodeBase64Url(absl::string_view(token).substr(token.rfind('.') + 1));
  const std::string der =
      absl::StrCat(absl::string_view("\x30\x44\x02\x20", 4), raw.substr(0, 32),
                   absl::string_view("\x02\x20", 2), raw.substr(32));
  EXPECT_EQ(
      ReasonFor(token.substr(0, token.rfind('.') + 1) + EncodeBase64Url(der),
                {key.Verifier()}),
      "TOKEN_SIGNATURE");
}

TEST(JwtSignature, TheKeyIdChoosesTheKey) {
  const TestKey a = TestKey::Ed25519();
  const TestKey b = TestKey::Ed25519();
  const KeySet keys = {a.Verifier("a"), b.Verifier("b")};
  EXPECT_EQ(
      ReasonFor(b.Token(kGoodClaims, R"({"alg":"EdDSA","kid":"b"})"), keys),
      "");
  EXPECT_EQ(
      ReasonFor(b.Token(kGoodClaims, R"({"alg":"EdDSA","kid":"a"})"), keys),
      "TOKEN_SIGNATURE");
  EXPECT_EQ(
      ReasonFor(b.Token(kGoodClaims, R"({"alg":"EdDSA","kid":"c"})"), keys),
      "TOKEN_KEY_UNKNOWN");
  EXPECT_EQ(ReasonFor(b.Token(kGoodClaims, R"({"alg":"EdDSA","kid":7})"), keys),
            "TOKEN_MALFORMED");
  // Without one, each that fits is tried.
  EXPECT_EQ(ReasonFor(b.Token(kGoodClaims), keys), "");
  // A key from a PEM file has no id, and takes any.
  EXPECT_EQ(ReasonFor(b.Token(kGoodClaims, R"({"alg":"EdDSA","kid":"z"})"),
                      {a.Verifier("a"), b.Verifier()}),
            "");
}

TEST(JwtSignature, ThePolicyNarrowsTheAlgorithms) {
  const TestKey key = TestKey::P256();
  const KeySet keys = {TestKey::Rsa().Verifier(), key.Verifier()};
  JwtPolicy policy;
  policy.algorithms = {JwtAlgorithm::kRs256};
  EXPECT_EQ(ReasonFor(key.Token(kGoodClaims), keys, policy), "TOKEN_ALGORITHM");
  policy.algorithms.push_back(JwtAlgorithm::kEs256);
  EXPECT_EQ(ReasonFor(key.Token(kGoodClaims), keys, policy), "");
}

TEST(JwtSignature, CriticalExtensionsAreRefused) {
  const TestKey key = TestKey::Secret();
  for (const char* crit :
       {R"(["b64"])", R"([])", R"(["exp"])", "null", "\"x\""}) {
    EXPECT_EQ(ReasonFor(key.Token(kGoodClaims,
                                  absl::StrCat(R"({"alg":"HS256","crit":)",
                                               crit, "}")),
                        {key.Verifier()}),
              "TOKEN_MALFORMED")
        << crit;
  }
}

TEST(JwtSignature, ATokenOfAnotherTypeDoesNotLogIn) {
  const TestKey key = TestKey::Secret();
  const auto reason = [&](absl::string_view type) {
    return ReasonFor(
        key.Token(kGoodClaims,
                  absl::StrCat(R"({"alg":"HS256","typ":)", type, "}")),
        {key.Verifier()});
  };
  for (const char* type :
       {R"("JWT")", R"("jwt")", R"("at+jwt")", R"("application/at+jwt")"}) {
    EXPECT_EQ(reason(type), "") << type;
  }
  for (const char* type : {R"("logout+jwt")", R"("dpop+jwt")", R"("")", "7"}) {
    EXPECT_EQ(reason(type), "TOKEN_MALFORMED") << type;
  }
}

// Keys that the token brings along are the attacker's.
TEST(JwtSignature, AKeyInTheHeaderIsNotUsed) {
  const TestKey attacker = TestKey::Ed25519();
  EXPECT_EQ(ReasonFor(attacker.Token(kGoodClaims,
                                     absl::StrCat(R"({"alg":"EdDSA","jwk":)",
                                                  attacker.Jwk(), "}")),
                      {TestKey::Ed25519().Verifier()}),
            "TOKEN_SIGNATURE");
}

TEST(JwtSignature, WhatIsNoTokenIsMalformed) {
  const TestKey key = TestKey::Secret();
  const std::string good = key.Token(kGoodClaims);
  const KeySet keys = {key.Verifier()};
  const std::string twice = R"({"alg":"HS256","alg":"HS256"})";
  for (const std::string& token : {
           std::string(),
           std::string("."),
           std::string(".."),
           std::string("..."),
           std::string("a.b"),
           good + ".a",
           good + "=",
           good + "\n",
           " " + good,
           "e30" + good.substr(good.find('.')).substr(0, 10),
           key.Token(kGoodClaims, twice),
           key.Token(kGoodClaims, "[]"),
           key.Token(kGoodClaims, R"("HS256")"),
           key.Token(kGoodClaims,
                     std::string(5000, ' ') + R"({"alg":"HS256"})"),
           key.Token(absl::StrCat(R"({"x":")", std::string(20000, 'x'), "\"}")),
       }) {
    EXPECT_EQ(ReasonFor(token, keys), "TOKEN_MALFORMED")
        << token.substr(0, 100);
  }
}

TEST(JwtSignature, TheIssuerIsReadBeforeTheSignature) {
  const std::string token = TestKey::Secret().Token(R"({"iss":"id"})");
  EXPECT_EQ(UnverifiedIssuer(token), "id");
  EXPECT_EQ(UnverifiedIssuer(token.substr(0, token.rfind('.') + 1)), "id");
  for (const std::string& damaged : std::vector<std::string>{
           "", "a", "..", "a.b.c", token + ".x", TestKey::Secret().Token("[]"),
           TestKey::Secret().Token(R"({"iss":7})")}) {
    EXPECT_EQ(UnverifiedIssuer(damaged), "") << damaged;
  }
}

TEST(JwtSignature, TheFormOfATokenIsThreeParts) {
  EXPECT_TRUE(HasJwtForm("a.b.c"));
  EXPECT_TRUE(HasJwtForm(".."));
  for (const char* text : {"", "a", "a.b", "a.b.c.d", "a.b.c.d.e"}) {
    EXPECT_FALSE(HasJwtForm(text)) << text;
  }
}

}  // namespace
}  // namespace modelservice
