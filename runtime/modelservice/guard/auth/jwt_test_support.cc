#include "modelservice/guard/auth/jwt_test_support.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "modelservice/status.pb.h"

namespace modelservice {
namespace {

std::string NumberOf(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  const BignumPtr owned(number);
  std::string bytes(static_cast<size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(&bytes[0]));
  return EncodeBase64Url(bytes);
}

// A coordinate keeps its leading zeros.
std::string CoordinateOf(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  const BignumPtr owned(number);
  std::string bytes(32, '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(&bytes[0]), 32);
  return EncodeBase64Url(bytes);
}

// The token's form of a signature: two numbers of 32 bytes.
std::string FromDer(const std::string& der) {
  const unsigned char* in = UnsignedBytes(der);
  const EcdsaSignaturePtr pair(
      d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size())));
  std::string raw(64, '\0');
  auto* out = reinterpret_cast<unsigned char*>(&raw[0]);
  BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + 32, 32);
  return raw;
}

}  // namespace

std::string EncodeBase64Url(absl::string_view bytes) {
  std::string text = absl::WebSafeBase64Escape(bytes);
  while (!text.empty() && text.back() == '=') text.pop_back();
  return text;
}

TestKey TestKey::Secret(absl::string_view secret) {
  TestKey key("HS256");
  key.secret_ = std::string(secret);
  return key;
}

TestKey TestKey::Rsa(int bits) {
  TestKey key("RS256");
  key.key_ = KeyPtr(
      EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<size_t>(bits)));
  return key;
}

TestKey TestKey::P256() {
  TestKey key("ES256");
  key.key_ = KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  return key;
}

TestKey TestKey::Ed25519() {
  TestKey key("EdDSA");
  key.key_ = KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  return key;
}

std::string TestKey::PublicPem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(bio.get(), key_.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

std::string TestKey::Jwk(absl::string_view more) const {
  if (algorithm_ == "HS256") {
    return absl::StrCat("{", more, R"("kty":"oct","k":")",
                        EncodeBase64Url(secret_), "\"}");
  }
  if (algorithm_ == "RS256") {
    return absl::StrCat("{", more, R"("kty":"RSA","n":")",
                        NumberOf(key_.get(), OSSL_PKEY_PARAM_RSA_N),
                        R"(","e":")",
                        NumberOf(key_.get(), OSSL_PKEY_PARAM_RSA_E), "\"}");
  }
  if (algorithm_ == "ES256") {
    return absl::StrCat(
        "{", more, R"("kty":"EC","crv":"P-256","x":")",
        CoordinateOf(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X), R"(","y":")",
        CoordinateOf(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y), "\"}");
  }
  std::string raw(32, '\0');
  size_t size = raw.size();
  EVP_PKEY_get_raw_public_key(key_.get(),
                              reinterpret_cast<unsigned char*>(&raw[0]), &size);
  return absl::StrCat("{", more, R"("kty":"OKP","crv":"Ed25519","x":")",
                      EncodeBase64Url(raw), "\"}");
}

VerificationKey TestKey::Verifier(std::string id) const {
  if (key_ == nullptr) {
    return *VerificationKey::FromSecret(secret_, std::move(id));
  }
  EVP_PKEY_up_ref(key_.get());
  return *VerificationKey::FromPublicKey(KeyPtr(key_.get()), std::move(id));
}

std::string TestKey::Signature(absl::string_view text) const {
  if (key_ == nullptr) {
    std::string mac(32, '\0');
    HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
         UnsignedBytes(text), text.size(),
         reinterpret_cast<unsigned char*>(&mac[0]), nullptr);
    return mac;
  }
  const DigestContextPtr context(EVP_MD_CTX_new());
  const EVP_MD* const digest = algorithm_ == "EdDSA" ? nullptr : EVP_sha256();
  EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get());
  size_t size = 0;
  EVP_DigestSign(context.get(), nullptr, &size, UnsignedBytes(text),
                 text.size());
  std::string signature(size, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(&signature[0]),
                 &size, UnsignedBytes(text), text.size());
  signature.resize(size);
  return algorithm_ == "ES256" ? FromDer(signature) : signature;
}

std::string TestKey::Token(absl::string_view claims,
                           absl::string_view header) const {
  const std::string json = header.empty()
                               ? absl::StrCat("{\"alg\":\"", algorithm_, "\"}")
                               : std::string(header);
  const std::string text =
      absl::StrCat(EncodeBase64Url(json), ".", EncodeBase64Url(claims));
  return absl::StrCat(text, ".", EncodeBase64Url(Signature(text)));
}

std::string ReasonOf(const absl::Status& status) {
  const auto payload =
      status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  ErrorInfo info;
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) {
    return "";
  }
  return info.reason();
}

}  // namespace modelservice
