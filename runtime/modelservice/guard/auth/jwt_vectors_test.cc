// The examples of RFC 7515 (appendix A) and RFC 8037 (appendix A.4).
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/guard/auth/base64url.h"
#include "modelservice/guard/auth/json_object.h"
#include "modelservice/guard/auth/jwt.h"
#include "modelservice/guard/auth/jwt_test_support.h"
#include "modelservice/guard/auth/key_set.h"

namespace modelservice {
namespace {

// {"iss":"joe", "exp":1300819380, "http://example.com/is_root":true}
constexpr absl::string_view kPayload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr absl::Time kBefore = absl::FromUnixSeconds(1300819000);

constexpr absl::string_view kHmacKey =
    R"({"keys":[{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T)"
    R"(-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}]})";
constexpr absl::string_view kHmacToken[] = {
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9", kPayload,
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"};

constexpr absl::string_view kRsaKey =
    R"({"keys":[{"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd)"
    "_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SF"
    "d2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHS"
    "XndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3"
    "qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91k"
    R"(zk2PAcDTW9gb54h4FRWyuXpoQ"}]})";
constexpr absl::string_view kRsaToken[] = {
    "eyJhbGciOiJSUzI1NiJ9", kPayload,
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4B"
    "h-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZ"
    "LgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_d"
    "O--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6"
    "LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"};

constexpr absl::string_view kP256Key =
    R"({"keys":[{"kty":"EC","crv":"P-256",)"
    R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";
constexpr absl::string_view kP256Token[] = {
    "eyJhbGciOiJFUzI1NiJ9", kPayload,
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKT"
    "UJqPP3-Kg6NU1Q"};

struct Example {
  const char* name;
  absl::string_view keys;
  const absl::string_view* parts;
};

class JwtVector : public testing::TestWithParam<Example> {
 protected:
  void SetUp() override {
    auto keys = KeysFromJwks(GetParam().keys);
    ASSERT_TRUE(keys.ok()) << keys.status();
    keys_ = *std::move(keys);
  }
  std::string Token(absl::string_view payload,
                    absl::string_view signature) const {
    return absl::StrCat(GetParam().parts[0], ".", payload, ".", signature);
  }
  KeySet keys_;
};

TEST_P(JwtVector, IsVerified) {
  const absl::string_view* parts = GetParam().parts;
  const auto jwt =
      VerifyJwt(Token(parts[1], parts[2]), keys_, JwtPolicy(), kBefore);
  ASSERT_TRUE(jwt.ok()) << jwt.status();
  EXPECT_EQ(FindText(jwt->claims, "iss"), "joe");
  EXPECT_TRUE(
      FindMember(jwt->claims, "http://example.com/is_root")->bool_value());
  EXPECT_EQ(jwt->good_until, absl::FromUnixSeconds(1300819380 + 30));
}

TEST_P(JwtVector, EveryOtherPayloadAndSignatureIsRefused) {
  const absl::string_view* parts = GetParam().parts;
  for (size_t i = 0; i + 1 < parts[1].size(); i += 7) {
    std::string payload(parts[1]);
    payload[i] = payload[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(
        VerifyJwt(Token(payload, parts[2]), keys_, JwtPolicy(), kBefore).ok());
  }
  for (size_t i = 0; i < parts[2].size(); ++i) {
    std::string signature(parts[2]);
    signature[i] = signature[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(
        VerifyJwt(Token(parts[1], signature), keys_, JwtPolicy(), kBefore)
            .ok());
    EXPECT_FALSE(VerifyJwt(Token(parts[1], parts[2].substr(0, i)), keys_,
                           JwtPolicy(), kBefore)
                     .ok());
  }
  EXPECT_FALSE(VerifyJwt(Token(parts[1], absl::StrCat(parts[2], "AAAA")), keys_,
                         JwtPolicy(), kBefore)
                   .ok());
}

INSTANTIATE_TEST_SUITE_P(
    Rfc7515, JwtVector,
    testing::Values(Example{"Hs256", kHmacKey, kHmacToken},
                    Example{"Rs256", kRsaKey, kRsaToken},
                    Example{"Es256", kP256Key, kP256Token}),
    [](const auto& info) { return std::string(info.param.name); });

// RFC 8037, A.4: its payload is no JSON.
TEST(JwtVectors, Ed25519) {
  const auto keys =
      KeysFromJwks(R"({"keys":[{"kty":"OKP","crv":"Ed25519",)"
                   R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
  ASSERT_TRUE(keys.ok()) << keys.status();
  constexpr absl::string_view text =
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
  const auto signature = DecodeBase64Url(
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7"
      "sVvpAr_MuM0KAg");
  ASSERT_TRUE(signature.has_value());
  EXPECT_TRUE(keys->front().Verify(text, *signature));
  EXPECT_FALSE(keys->front().Verify(absl::StrCat(text, "A"), *signature));
}

}  // namespace
}  // namespace modelservice
