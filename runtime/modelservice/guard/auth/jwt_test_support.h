// Signs tokens for tests, with keys made on the spot.
#ifndef MODELSERVICE_GUARD_AUTH_JWT_TEST_SUPPORT_H_
#define MODELSERVICE_GUARD_AUTH_JWT_TEST_SUPPORT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/guard/auth/verification_key.h"

namespace modelservice {

// When the tests of tokens take place.
constexpr absl::Time TestNow() { return absl::FromUnixSeconds(1700000000); }

// "sub" 7, expires in an hour.
constexpr absl::string_view kGoodClaims =
    R"({"sub":"7","exp":1700003600,"iat":1699999999})";

constexpr absl::string_view kTestSecret = "0123456789abcdef0123456789abcdef";

std::string EncodeBase64Url(absl::string_view bytes);

// A key pair, or a secret.
class TestKey {
 public:
  static TestKey Secret(absl::string_view secret = kTestSecret);
  static TestKey Rsa(int bits = 2048);
  static TestKey P256();
  static TestKey Ed25519();

  std::string PublicPem() const;
  // A member of a JSON Web Key Set; `more` is put in: `"kid":"a",`.
  std::string Jwk(absl::string_view more = "") const;
  // What checks this key's signatures.
  VerificationKey Verifier(std::string id = "") const;

  // "RS256" and so on.
  absl::string_view algorithm() const { return algorithm_; }

  // The signature as a token carries it, not encoded.
  std::string Signature(absl::string_view text) const;
  // `header` as JSON; empty: the key's algorithm alone.
  std::string Token(absl::string_view claims,
                    absl::string_view header = "") const;

 private:
  explicit TestKey(absl::string_view algorithm) : algorithm_(algorithm) {}

  absl::string_view algorithm_;
  std::string secret_;
  std::shared_ptr<EVP_PKEY> key_;
};

// The reason in the status' ErrorInfo; "" when it has none.
std::string ReasonOf(const absl::Status& status);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_JWT_TEST_SUPPORT_H_
