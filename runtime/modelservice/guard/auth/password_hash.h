// Passwords as Django stores them: "pbkdf2_sha256$260000$salt$hash".
//
//   std::optional<PasswordHash> hash = PasswordHash::Parse(stored);
//   if (hash.has_value() && hash->Matches(password)) ...
//
// Immutable after Parse, so safe to share between threads.
#ifndef MODELSERVICE_GUARD_AUTH_PASSWORD_HASH_H_
#define MODELSERVICE_GUARD_AUTH_PASSWORD_HASH_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/base/openssl.h"

namespace modelservice {

class PasswordHash {
 public:
  // Takes pbkdf2_sha256 and pbkdf2_sha1. nullopt for another algorithm, and for
  // what is no hash, like the "!..." of a user who has no password.
  static std::optional<PasswordHash> Parse(absl::string_view stored);

  // One that no password has, to take as long as another.
  static PasswordHash Nobodys(int iterations);

  int iterations() const { return iterations_; }
  // The iterations of pbkdf2_sha256 that take as long as Matches does.
  int work() const;

  // Takes as long as hashing does: tens of milliseconds, and more with more
  // iterations, of which a stored text may name two thousand million.
  bool Matches(absl::string_view password) const;

 private:
  PasswordHash() = default;

  const EVP_MD* digest_ = nullptr;
  int iterations_ = 0;
  std::string salt_;
  std::string hash_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_PASSWORD_HASH_H_
