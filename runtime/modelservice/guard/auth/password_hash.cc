#include "modelservice/guard/auth/password_hash.h"

#include <openssl/crypto.h>

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "modelservice/guard/auth/openssl.h"

namespace modelservice {
namespace {

const EVP_MD* DigestOf(absl::string_view algorithm) {
  if (algorithm == "pbkdf2_sha256") return EVP_sha256();
  if (algorithm == "pbkdf2_sha1") return EVP_sha1();
  return nullptr;
}

}  // namespace

std::optional<PasswordHash> PasswordHash::Parse(absl::string_view stored) {
  const std::vector<absl::string_view> parts = absl::StrSplit(stored, '$');
  if (parts.size() != 4) return std::nullopt;
  PasswordHash parsed;
  parsed.digest_ = DigestOf(parts[0]);
  parsed.salt_ = std::string(parts[2]);
  if (parsed.digest_ == nullptr ||
      !absl::SimpleAtoi(parts[1], &parsed.iterations_) ||
      parsed.iterations_ < 1 ||
      !absl::Base64Unescape(parts[3], &parsed.hash_) ||
      parsed.hash_.size() !=
          static_cast<size_t>(EVP_MD_get_size(parsed.digest_))) {
    return std::nullopt;
  }
  return parsed;
}

PasswordHash PasswordHash::Nobodys(int iterations) {
  PasswordHash hash;
  hash.digest_ = EVP_sha256();
  hash.iterations_ = iterations;
  hash.salt_ = "nobody";
  hash.hash_ = std::string(32, '\0');
  return hash;
}

bool PasswordHash::Matches(absl::string_view password) const {
  const ForgetOpenSslErrors forget;
  std::string computed(hash_.size(), '\0');
  return PKCS5_PBKDF2_HMAC(
             password.data(), static_cast<int>(password.size()),
             UnsignedBytes(salt_), static_cast<int>(salt_.size()), iterations_,
             digest_, static_cast<int>(computed.size()),
             reinterpret_cast<unsigned char*>(&computed[0])) == 1 &&
         CRYPTO_memcmp(computed.data(), hash_.data(), hash_.size()) == 0;
}

}  // namespace modelservice
