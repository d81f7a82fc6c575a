// A key that signatures of JSON Web Tokens are checked with (RFC 7518, 3).
//
//   absl::StatusOr<VerificationKey> key =
//       VerificationKey::FromSecret(secret, /*id=*/"2024-05");
//   if (key->algorithm() == JwtAlgorithm::kHs256 &&
//       key->Verify(signed_text, signature)) ...
//
// Its kind decides its one algorithm, whatever a token says: a public key can
// never be taken for a secret, nor a signature be left out. Immutable, so safe
// to share between threads; copies share the key.
#ifndef MODELSERVICE_GUARD_AUTH_VERIFICATION_KEY_H_
#define MODELSERVICE_GUARD_AUTH_VERIFICATION_KEY_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/openssl.h"

namespace modelservice {

enum class JwtAlgorithm {
  kHs256,  // HMAC with SHA-256
  kRs256,  // RSASSA-PKCS1-v1_5 with SHA-256
  kEs256,  // ECDSA on P-256 with SHA-256
  kEdDsa,  // Ed25519
};

// "HS256" and so on, as `alg` has it.
absl::string_view NameOf(JwtAlgorithm algorithm);
std::optional<JwtAlgorithm> JwtAlgorithmNamed(absl::string_view name);

// Bytes of a coordinate of P-256 (RFC 7518, 6.2.1.2), and of half a signature.
inline constexpr size_t kP256Coordinate = 32;

class VerificationKey {
 public:
  // Errors are INVALID_ARGUMENT and say what is wrong with the key and how to
  // mend it: a secret of less than 32 bytes, an RSA key of less than 2048 bits,
  // a kind of key that no algorithm is for. `id` is the `kid`; empty: none.
  static absl::StatusOr<VerificationKey> FromSecret(std::string secret,
                                                    std::string id);
  static absl::StatusOr<VerificationKey> FromPublicKey(KeyPtr key,
                                                       std::string id);

  JwtAlgorithm algorithm() const { return algorithm_; }
  const std::string& id() const { return id_; }

  // Whether `signature`, as a token carries it, is this key's under `text`.
  bool Verify(absl::string_view text, absl::string_view signature) const;

 private:
  VerificationKey(JwtAlgorithm algorithm, std::string id)
      : algorithm_(algorithm), id_(std::move(id)) {}

  JwtAlgorithm algorithm_;
  std::string id_;
  std::string secret_;                    // kHs256
  std::shared_ptr<EVP_PKEY> public_key_;  // the others
};

// All keys that a token may be signed with.
using KeySet = std::vector<VerificationKey>;

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_VERIFICATION_KEY_H_
