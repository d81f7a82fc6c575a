#include "modelservice/guard/auth/verification_key.h"

#include <openssl/core_names.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

constexpr size_t kMinSecret = 32;  // RFC 7518, 3.2: no shorter than the hash
constexpr int kMinRsaBits = 2048;
struct NamedAlgorithm {
  JwtAlgorithm algorithm;
  absl::string_view name;
};
constexpr NamedAlgorithm kAlgorithms[] = {
    {JwtAlgorithm::kHs256, "HS256"},
    {JwtAlgorithm::kRs256, "RS256"},
    {JwtAlgorithm::kEs256, "ES256"},
    {JwtAlgorithm::kEdDsa, "EdDSA"},
};

bool IsOnP256(EVP_PKEY* key) {
  std::array<char, 32> group{};
  size_t size = 0;
  return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME,
                                        group.data(), group.size(),
                                        &size) == 1 &&
         absl::string_view(group.data(), size) == "prime256v1";
}

absl::StatusOr<JwtAlgorithm> AlgorithmFor(EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
      if (EVP_PKEY_get_bits(key) < kMinRsaBits) {
        return absl::InvalidArgumentError(absl::StrCat(
            "an RSA key of ", EVP_PKEY_get_bits(key),
            " bits, which can be broken; make one of at least ", kMinRsaBits));
      }
      return JwtAlgorithm::kRs256;
    case EVP_PKEY_EC:
      if (!IsOnP256(key)) {
        return absl::InvalidArgumentError(
            "an elliptic curve key that is not on P-256, the curve of ES256; "
            "use a key on P-256 (prime256v1)");
      }
      return JwtAlgorithm::kEs256;
    case EVP_PKEY_ED25519:
      return JwtAlgorithm::kEdDsa;
    default:
      return absl::InvalidArgumentError(
          absl::StrCat("a key of type ", EVP_PKEY_get0_type_name(key),
                       ", which no algorithm is for; use an RSA key (RS256), "
                       "one on P-256 (ES256) or an Ed25519 key (EdDSA)"));
  }
}

// From the token's two numbers to OpenSSL's DER; empty when they are none.
std::string DerOf(absl::string_view signature) {
  if (signature.size() != 2 * kP256Coordinate) return "";
  BignumPtr r(BN_bin2bn(UnsignedBytes(signature), kP256Coordinate, nullptr));
  BignumPtr s(BN_bin2bn(UnsignedBytes(signature.substr(kP256Coordinate)),
                        kP256Coordinate, nullptr));
  const EcdsaSignaturePtr pair(ECDSA_SIG_new());
  if (r == nullptr || s == nullptr || pair == nullptr ||
      ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) {
    return "";
  }
  // They are the pair's now.
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  const int size = i2d_ECDSA_SIG(pair.get(), nullptr);
  if (size <= 0) return "";
  std::string der(static_cast<size_t>(size), '\0');
  auto* out = reinterpret_cast<unsigned char*>(&der[0]);
  return i2d_ECDSA_SIG(pair.get(), &out) == size ? der : "";
}

bool VerifyHmac(absl::string_view secret, absl::string_view text,
                absl::string_view signature) {
  return EqualInConstantTime(TextOf(HmacSha256(secret, text)), signature);
}

bool VerifyPublic(EVP_PKEY* key, const EVP_MD* digest, absl::string_view text,
                  absl::string_view signature) {
  const ForgetOpenSslErrors forget;
  const DigestContextPtr context(EVP_MD_CTX_new());
  return context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) ==
             1 &&
         EVP_DigestVerify(context.get(), UnsignedBytes(signature),
                          signature.size(), UnsignedBytes(text),
                          text.size()) == 1;
}

}  // namespace

absl::string_view NameOf(JwtAlgorithm algorithm) {
  for (const NamedAlgorithm& named : kAlgorithms) {
    if (named.algorithm == algorithm) return named.name;
  }
  return "";
}

std::optional<JwtAlgorithm> JwtAlgorithmNamed(absl::string_view name) {
  for (const NamedAlgorithm& named : kAlgorithms) {
    if (named.name == name) return named.algorithm;
  }
  return std::nullopt;
}

absl::StatusOr<VerificationKey> VerificationKey::FromSecret(std::string secret,
                                                            std::string id) {
  if (secret.size() < kMinSecret) {
    return absl::InvalidArgumentError(
        absl::StrCat("a secret of ", secret.size(),
                     " bytes, which can be guessed; make one "
                     "of at least ",
                     kMinSecret, ", as by openssl rand -hex 32"));
  }
  VerificationKey key(JwtAlgorithm::kHs256, std::move(id));
  key.secret_ = std::move(secret);
  return key;
}

absl::StatusOr<VerificationKey> VerificationKey::FromPublicKey(KeyPtr key,
                                                               std::string id) {
  const ForgetOpenSslErrors forget;
  const absl::StatusOr<JwtAlgorithm> algorithm = AlgorithmFor(key.get());
  if (!algorithm.ok()) return algorithm.status();
  VerificationKey made(*algorithm, std::move(id));
  made.public_key_ = std::move(key);
  return made;
}

bool VerificationKey::Verify(absl::string_view text,
                             absl::string_view signature) const {
  switch (algorithm_) {
    case JwtAlgorithm::kHs256:
      return VerifyHmac(secret_, text, signature);
    case JwtAlgorithm::kRs256:
      return VerifyPublic(public_key_.get(), EVP_sha256(), text, signature);
    case JwtAlgorithm::kEs256:
      return VerifyPublic(public_key_.get(), EVP_sha256(), text,
                          DerOf(signature));
    case JwtAlgorithm::kEdDsa:
      // Hashes by itself.
      return VerifyPublic(public_key_.get(), nullptr, text, signature);
  }
  return false;
}

}  // namespace modelservice
