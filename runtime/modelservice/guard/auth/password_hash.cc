#include "modelservice/guard/auth/password_hash.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/openssl.h"

namespace modelservice {
namespace {

const EVP_MD* DigestOf(absl::string_view algorithm) {
  if (algorithm == "pbkdf2_sha256") return EVP_sha256();
  if (algorithm == "pbkdf2_sha1") return EVP_sha1();
  return nullptr;
}

void Hash(const EVP_MD* digest, absl::string_view password,
          absl::string_view salt, int iterations, std::string* hash) {
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                        UnsignedBytes(salt), static_cast<int>(salt.size()),
                        iterations, digest, static_cast<int>(hash->size()),
                        reinterpret_cast<unsigned char*>(&(*hash)[0])) != 1) {
    hash->clear();
  }
}

// How long an iteration of pbkdf2_sha1 takes on this machine, of one of
// pbkdf2_sha256.
double Sha1Share() {
  static const double share = [] {
    const auto shortest = [](const EVP_MD* digest) {
      using Clock = std::chrono::steady_clock;
      Clock::duration least = Clock::duration::max();
      // Others may run meanwhile, but not in all of them.
      for (int i = 0; i < 5; ++i) {
        std::string hash(static_cast<size_t>(EVP_MD_get_size(digest)), '\0');
        const Clock::time_point start = Clock::now();
        Hash(digest, "password", "salt", 1000, &hash);
        least = std::min(least, Clock::now() - start);
      }
      return std::chrono::duration<double>(least).count();
    };
    return shortest(EVP_sha1()) / shortest(EVP_sha256());
  }();
  return share;
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

int PasswordHash::work() const {
  if (digest_ == EVP_sha256()) return iterations_;
  return std::max(1, static_cast<int>(iterations_ * Sha1Share()));
}

bool PasswordHash::Matches(absl::string_view password) const {
  const ForgetOpenSslErrors forget;
  std::string computed(hash_.size(), '\0');
  Hash(digest_, password, salt_, iterations_, &computed);
  return EqualInConstantTime(computed, hash_);
}

}  // namespace modelservice
