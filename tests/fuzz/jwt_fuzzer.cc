// Tokens from strangers. The keys are those of RFC 7515, whose private halves
// the fuzzer does not know: a token that is taken and says anything else than
// the RFC's examples is a forgery.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/guard/auth/jwt.h"
#include "modelservice/guard/auth/key_set.h"

namespace modelservice {
namespace {

constexpr absl::string_view kKeys = R"({"keys":[
  {"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"},
  {"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"},
  {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
  {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";
constexpr absl::string_view kPayload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr absl::Time kNow = absl::FromUnixSeconds(1300819000);

// What stands for a key whose owner signs anything: claims behind a good
// signature are read as a stranger's, too.
class AnySignature {
 public:
  AnySignature() : keys_(*KeysFromSecret(std::string(32, 'k'))) {}

  absl::StatusOr<VerifiedJwt> Verify(absl::string_view claims) const {
    // {"alg":"HS256"}
    const std::string text =
        absl::StrCat("eyJhbGciOiJIUzI1NiJ9.", Encode(claims));
    return VerifyJwt(absl::StrCat(text, ".", Encode(Hmac(text))), keys_,
                     JwtPolicy(), kNow);
  }

 private:
  static std::string Encode(absl::string_view bytes) {
    const std::string padded = absl::WebSafeBase64Escape(bytes);
    return std::string(absl::string_view(padded).substr(0, padded.find('=')));
  }
  static std::string Hmac(absl::string_view text) {
    const std::string secret(32, 'k');
    std::string mac(32, '\0');
    size_t size = 0;
    EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, secret.data(),
              secret.size(), UnsignedBytes(text), text.size(),
              reinterpret_cast<unsigned char*>(&mac[0]), mac.size(), &size);
    return mac;
  }

  const KeySet keys_;
};

void Require(bool holds) {
  if (!holds) std::abort();
}

// Every refusal is one, with a reason.
void CheckRefusal(const absl::Status& status) {
  Require(status.code() == absl::StatusCode::kUnauthenticated);
  Require(status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo")
              .has_value());
}

void Fuzz(absl::string_view input) {
  static const KeySet& keys = *new KeySet(*KeysFromJwks(kKeys));
  static const AnySignature& any_signature = *new AnySignature();

  const std::string issuer = UnverifiedIssuer(input);
  const absl::StatusOr<VerifiedJwt> jwt =
      VerifyJwt(input, keys, JwtPolicy(), kNow);
  if (jwt.ok()) {
    const std::vector<absl::string_view> parts = absl::StrSplit(input, '.');
    Require(parts.size() == 3 && parts[1] == kPayload && issuer == "joe");
  } else {
    CheckRefusal(jwt.status());
  }

  const absl::StatusOr<VerifiedJwt> claims = any_signature.Verify(input);
  if (claims.ok()) {
    Require(claims->claims.fields().count("exp") == 1);
    Require(claims->claims.fields().count("aud") == 0);
    Require(claims->good_until > kNow);
  } else {
    CheckRefusal(claims.status());
  }
}

}  // namespace
}  // namespace modelservice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  modelservice::Fuzz(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
