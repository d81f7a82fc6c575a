#include "modelservice/guard/auth/key_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/jwt.h"
#include "modelservice/guard/auth/jwt_test_support.h"
#include "modelservice/testing/child_process.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

std::string Set(absl::string_view keys) {
  return absl::StrCat("{\"keys\":[", keys, "]}");
}

std::string JwksError(absl::string_view json) {
  const auto keys = KeysFromJwks(json);
  EXPECT_EQ(keys.status().code(), absl::StatusCode::kInvalidArgument)
      << keys.status();
  return std::string(keys.status().message());
}

std::string PemError(absl::string_view text) {
  const auto keys = KeysFromPem(text);
  EXPECT_EQ(keys.status().code(), absl::StatusCode::kInvalidArgument)
      << keys.status();
  return std::string(keys.status().message());
}

std::string Openssl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "openssl");
  const auto output = RunCommand(arguments);
  EXPECT_TRUE(output.ok()) << output.status();
  return output.ok() ? *output : "";
}

void Write(const std::string& path, absl::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

// Keys, certificates and signatures of the openssl command.
TEST(Pem, TakesWhatOpensslMakes) {
  struct Kind {
    const char* name;
    std::vector<std::string> make;
    std::vector<std::string> sign;
    JwtAlgorithm algorithm;
  };
  const TemporaryFolder folder;
  const std::string key = folder.path() + "/key.pem";
  const std::string text = folder.path() + "/text";
  const std::string signature = folder.path() + "/signature";
  Write(text, "some text");
  for (const Kind& kind : {
           Kind{"RSA",
                {"genpkey", "-algorithm", "RSA", "-quiet"},
                {"dgst", "-sha256", "-sign", key, "-out", signature, text},
                JwtAlgorithm::kRs256},
           Kind{"Ed25519",
                {"genpkey", "-algorithm", "ED25519"},
                {"pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", text,
                 "-out", signature},
                JwtAlgorithm::kEdDsa},
       }) {
    std::vector<std::string> make = kind.make;
    make.insert(make.end(), {"-out", key});
    Openssl(make);
    Openssl(kind.sign);
    const std::string signed_with = ReadFile(signature);
    const std::string certificate =
        Openssl({"req", "-x509", "-new", "-key", key, "-subj", "/CN=tokens",
                 "-days", "1"});
    for (const std::string& pem :
         {Openssl({"pkey", "-in", key, "-pubout"}), certificate,
          "Subject: some words\n" + certificate}) {
      const auto keys = KeysFromPem(pem);
      ASSERT_TRUE(keys.ok()) << keys.status();
      ASSERT_EQ(keys->size(), 1u);
      EXPECT_EQ(keys->front().algorithm(), kind.algorithm) << kind.name;
      EXPECT_TRUE(keys->front().Verify("some text", signed_with));
      EXPECT_FALSE(keys->front().Verify("some texts", signed_with));
    }
    EXPECT_THAT(PemError(ReadFile(key)), HasSubstr("openssl pkey"));
    EXPECT_THAT(PemError(certificate + certificate), HasSubstr("holds 2 keys"));
  }
}

TEST(Pem, RefusesWhatCannotBeUsed) {
  EXPECT_THAT(PemError(""), HasSubstr("is not PEM"));
  EXPECT_THAT(PemError("a secret"), HasSubstr("BEGIN PUBLIC KEY"));
  const std::string good = TestKey::Ed25519().PublicPem();
  EXPECT_THAT(PemError(good.substr(0, good.size() / 2)), HasSubstr("damaged"));
  EXPECT_THAT(PemError("-----BEGIN DH PARAMETERS-----\n-----END -----\n"),
              HasSubstr("DH PARAMETERS"));
  EXPECT_THAT(PemError(TestKey::Rsa(1024).PublicPem()),
              HasSubstr("1024 bits, which can be broken"));
  const TemporaryFolder folder;
  const std::string key = folder.path() + "/key.pem";
  Openssl({"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384",
           "-out", key});
  EXPECT_THAT(PemError(Openssl({"pkey", "-in", key, "-pubout"})),
              HasSubstr("P-256"));
  Openssl({"genpkey", "-algorithm", "X25519", "-out", key});
  EXPECT_THAT(PemError(Openssl({"pkey", "-in", key, "-pubout"})),
              HasSubstr("X25519"));
}

TEST(Secret, IsTheBytesButForOneLineBreak) {
  const TestKey signer = TestKey::Secret();
  const std::string signature = signer.Signature("text");
  for (const char* end : {"", "\n", "\r\n"}) {
    const auto keys = KeysFromSecret(absl::StrCat(kTestSecret, end));
    ASSERT_TRUE(keys.ok()) << keys.status();
    EXPECT_TRUE(keys->front().Verify("text", signature));
  }
  for (const char* end : {"\n\n", " ", "\r"}) {
    const auto keys = KeysFromSecret(absl::StrCat(kTestSecret, end));
    ASSERT_TRUE(keys.ok()) << keys.status();
    EXPECT_FALSE(keys->front().Verify("text", signature));
  }
}

TEST(Secret, RefusesWhatIsShortOrNoSecret) {
  EXPECT_THAT(KeysFromSecret("hunter2\n").status().message(),
              HasSubstr("a secret of 7 bytes"));
  EXPECT_THAT(KeysFromSecret("").status().message(), HasSubstr("0 bytes"));
  EXPECT_THAT(KeysFromSecret(TestKey::Ed25519().PublicPem()).status().message(),
              HasSubstr("public_key_file"));
}

TEST(Jwks, TakesEveryKindOfKey) {
  const TestKey all[] = {TestKey::Secret(), TestKey::Rsa(), TestKey::P256(),
                         TestKey::Ed25519()};
  std::string json;
  for (const TestKey& key : all) {
    absl::StrAppend(
        &json, json.empty() ? "" : ",",
        key.Jwk(absl::StrCat(R"("use":"sig","alg":")", key.algorithm(),
                             R"(","kid":")", key.algorithm(), R"(",)")));
  }
  const auto keys = KeysFromJwks(Set(json));
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_EQ(keys->size(), 4u);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ((*keys)[i].id(), all[i].algorithm());
    EXPECT_TRUE((*keys)[i].Verify("text", all[i].Signature("text")));
  }
}

TEST(Jwks, LeavesOutKeysThatAreForSomethingElse) {
  const TestKey key = TestKey::Ed25519();
  const std::string good = key.Jwk(R"("kid":"good","key_ops":["verify"],)");
  for (const std::string& other :
       {key.Jwk(R"("use":"enc",)"), key.Jwk(R"("key_ops":["encrypt"],)"),
        key.Jwk(R"("key_ops":[],)"), key.Jwk(R"("alg":"ES256",)"),
        key.Jwk(R"("alg":7,)"), TestKey::Rsa().Jwk(R"("alg":"PS256",)"),
        std::string(R"({"kty":"EC","crv":"P-521","x":"AA","y":"AA"})"),
        std::string(R"({"kty":"OKP","crv":"X25519","x":"AA"})"),
        std::string(R"({"kty":"future"})"), std::string("{}"),
        std::string("7")}) {
    const auto keys = KeysFromJwks(Set(absl::StrCat(other, ",", good)));
    ASSERT_TRUE(keys.ok()) << keys.status() << other;
    ASSERT_EQ(keys->size(), 1u) << other;
    EXPECT_EQ(keys->front().id(), "good");
    EXPECT_THAT(JwksError(Set(other)), HasSubstr("has no key for"));
  }
}

// One of them must not turn away whom the others let in.
TEST(Jwks, LeavesOutWeakAndBrokenKeysByPlace) {
  const TestKey key = TestKey::Ed25519();
  const std::string good = key.Jwk(R"("kid":"good",)");
  const std::string zeros(43, 'A');
  struct Case {
    std::string key;
    const char* fault;
  };
  for (const Case& c : {
           Case{TestKey::Rsa(1024).Jwk(R"("kid":"old",)"),
                "keys[1] (kid \"old\") has an RSA key of 1024 bits"},
           Case{R"({"kty":"oct","k":"c2hvcnQ"})", "a secret of 5 bytes"},
           Case{R"({"kty":"oct"})", "no \"k\""},
           Case{R"({"kty":"oct","k":"c2hvcnQ="})", "no \"k\""},
           Case{R"({"kty":"RSA","e":"AQAB"})", "no \"n\""},
           Case{R"({"kty":"RSA","n":"AQAB"})", "no \"e\""},
           Case{R"({"kty":"RSA","n":"AQAB","e":"AQ"})", "no RSA exponent"},
           Case{R"({"kty":"RSA","n":"AQAB","e":"Ag"})", "no RSA exponent"},
           Case{R"({"kty":"RSA","n":"AQAB","e":"AQAB"})", "RSA key of 17 bits"},
           Case{R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})", "no \"x\""},
           Case{absl::StrCat(R"({"kty":"EC","crv":"P-256","x":")", zeros,
                             R"("})"),
                "no \"y\""},
           // Not on the curve.
           Case{absl::StrCat(R"({"kty":"EC","crv":"P-256","x":")", zeros,
                             R"(","y":")", zeros, R"("})"),
                "make no EC key"},
           Case{R"({"kty":"OKP","crv":"Ed25519","x":"AA"})", "no \"x\""},
       }) {
    std::vector<std::string> left_out;
    const auto keys =
        KeysFromJwks(Set(absl::StrCat(good, ",", c.key)), &left_out);
    ASSERT_TRUE(keys.ok()) << keys.status();
    ASSERT_EQ(keys->size(), 1u) << c.key;
    EXPECT_EQ(keys->front().id(), "good");
    EXPECT_TRUE(keys->front().Verify("text", key.Signature("text")));
    ASSERT_EQ(left_out.size(), 1u) << c.key;
    EXPECT_THAT(left_out[0], HasSubstr(c.fault));
    // Nothing left is an error, which says why.
    EXPECT_THAT(
        JwksError(Set(absl::StrCat("{},", c.key))),
        testing::AllOf(HasSubstr("has no key for"), HasSubstr(c.fault)));
  }
}

TEST(Jwks, LeavesOutEachThatIsBroken) {
  std::vector<std::string> left_out;
  const auto keys =
      KeysFromJwks(Set(absl::StrCat(R"({"kty":"oct","kid":"a"},)",
                                    TestKey::P256().Jwk(R"("kid":"b",)"),
                                    R"(,{"kty":"RSA","kid":"c"})")),
                   &left_out);
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_EQ(keys->size(), 1u);
  EXPECT_EQ(keys->front().id(), "b");
  EXPECT_THAT(left_out, testing::ElementsAre(HasSubstr("keys[0] (kid \"a\")"),
                                             HasSubstr("keys[2] (kid \"c\")")));
}

TEST(Jwks, RefusesWhatIsNoSet) {
  for (const char* json : {"", "x", "[]", "{}", R"({"keys":{}})",
                           R"({"keys":7})", R"({"keys":[],"keys":[]})"}) {
    EXPECT_THAT(JwksError(json), HasSubstr("no JSON Web Key Set")) << json;
  }
  EXPECT_THAT(JwksError(R"({"keys":[]})"), HasSubstr("has no key"));
  std::string many = "{}";
  for (int i = 0; i < 100; ++i) absl::StrAppend(&many, ",{}");
  EXPECT_THAT(JwksError(Set(many)), HasSubstr("has 101 keys"));
}

}  // namespace
}  // namespace modelservice
