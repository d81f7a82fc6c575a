#include "modelservice/guard/auth/basic_authenticator.h"

#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/authorization.h"
#include "modelservice/guard/auth/bad_credentials.h"
#include "modelservice/guard/auth/digest_cache.h"
#include "modelservice/guard/auth/django_users.h"
#include "modelservice/guard/auth/openssl.h"
#include "modelservice/guard/auth/password_hash.h"
#include "modelservice/guard/auth/sql_row.h"
#include "modelservice/log.h"
#include "modelservice/orm/utf8.h"

namespace modelservice {
namespace {

constexpr size_t kCacheBytes = 1 << 20;
constexpr size_t kEntryBytes = 100;

struct NameAndPassword {
  std::string name;
  std::string password;
};

// Each byte as the character of Latin-1 that it is.
std::string Utf8OfLatin1(absl::string_view text) {
  std::string utf8;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8.push_back(c);
    } else {
      utf8.push_back(static_cast<char>(0xc0 | byte >> 6));
      utf8.push_back(static_cast<char>(0x80 | (byte & 0x3f)));
    }
  }
  return utf8;
}

absl::StatusOr<NameAndPassword> ReadCredentials(const CallContext& call) {
  const auto word = Authorization::Of(call).Word("basic", "Credentials");
  if (!word.ok()) return word.status();
  std::string decoded;
  if (!absl::Base64Unescape(*word, &decoded)) {
    return BadCredentials("CREDENTIALS_MALFORMED",
                          "Invalid basic header. Credentials not correctly "
                          "base64 encoded.");
  }
  // REST framework's rule, for clients from before UTF-8.
  if (!IsUtf8(decoded)) decoded = Utf8OfLatin1(decoded);
  const size_t colon = decoded.find(':');
  if (colon == std::string::npos) return NameAndPassword{decoded, ""};
  return NameAndPassword{decoded.substr(0, colon), decoded.substr(colon + 1)};
}

absl::Status WrongPassword() {
  return BadCredentials("PASSWORD_WRONG", "Invalid username/password.");
}

class BasicAuthenticator final : public Authenticator {
 public:
  BasicAuthenticator(std::unique_ptr<DjangoUsers> users, int iterations)
      : users_(std::move(users)), iterations_(iterations), cache_(kCacheBytes) {
    // Fails only where the system has no randomness to give.
    if (RAND_bytes(cache_key_.data(), static_cast<int>(cache_key_.size())) !=
        1) {
      std::abort();
    }
  }

  bool Recognizes(const CallContext& call) const override {
    return Authorization::Of(call).Is("Basic");
  }

  std::string Challenge() const override { return "Basic realm=\"api\""; }

  bool blocking() const override { return true; }
  bool hashes() const override { return true; }

  absl::StatusOr<Principal> Authenticate(CallContext& call) override {
    const auto credentials = ReadCredentials(call);
    if (!credentials.ok()) return credentials.status();
    // No database has a name with a NUL in it, and some take it for an error.
    const bool possible =
        !absl::StrContains(credentials->name, absl::string_view("\0", 1));
    absl::StatusOr<std::optional<DjangoUser>> user = std::nullopt;
    if (possible) user = users_->FindByName(credentials->name, &call);
    if (!user.ok()) return user.status();
    if (!user->has_value()) {
      SpendTime(credentials->password);
      return WrongPassword();
    }
    if (!IsRight(**user, *credentials) || !(*user)->active) {
      return WrongPassword();
    }
    auto principal = users_->PrincipalOf(**user, &call);
    if (principal.ok()) principal->scheme = "basic";
    return principal;
  }

 private:
  bool IsRight(const DjangoUser& user, const NameAndPassword& credentials) {
    const Digest digest = DigestOf(user, credentials);
    if (cache_.Find(digest).has_value()) return true;
    const auto hash = PasswordHash::Parse(user.password);
    if (!hash.has_value()) {
      LogUnknownHash(user);
      SpendTime(credentials.password);
      return false;
    }
    iterations_.store(hash->iterations(), std::memory_order_relaxed);
    if (!hash->Matches(credentials.password)) return false;
    cache_.Put(digest, true, kEntryBytes);
    return true;
  }

  // As long as a wrong password takes: time must not tell which names there
  // are.
  void SpendTime(absl::string_view password) const {
    static_cast<void>(
        PasswordHash::Nobodys(iterations_.load(std::memory_order_relaxed))
            .Matches(password));
  }

  // Of all that decides: another stored hash is another question.
  Digest DigestOf(const DjangoUser& user,
                  const NameAndPassword& credentials) const {
    const std::string text =
        absl::StrCat(user.id.size(), ":", user.id, user.password.size(), ":",
                     user.password, credentials.password);
    Digest digest{};
    HMAC(EVP_sha256(), cache_key_.data(), static_cast<int>(cache_key_.size()),
         UnsignedBytes(text), text.size(), digest.data(), nullptr);
    return digest;
  }

  void LogUnknownHash(const DjangoUser& user) {
    // Django's mark of a user who has no password.
    if (user.password.empty() || user.password[0] == '!') return;
    unknown_hash_.Log(
        Severity::kWarning,
        absl::StrCat("basic: the password of user ", user.id, " is hashed by ",
                     user.password.substr(0, user.password.find('$')),
                     ", which is not known here; put PBKDF2PasswordHasher "
                     "first in Django's PASSWORD_HASHERS, and it changes when "
                     "they log in to Django"));
  }

  const std::unique_ptr<DjangoUsers> users_;
  std::atomic<int> iterations_;
  std::array<unsigned char, 32> cache_key_{};
  DigestCache<bool> cache_;
  SeldomLog unknown_hash_;
};

// Those of the newest user, or else of Django 3.2.
absl::StatusOr<int> UsualIterations(Database& database,
                                    const BasicSettings& settings) {
  SqlText sql(database.dialect());
  sql.Text("SELECT ").Name("password").Text(" FROM ");
  sql.Name(settings.user_table()).Text(" WHERE ").Name("password");
  sql.Text(" LIKE 'pbkdf2%' ORDER BY ").Name("id").Text(" DESC LIMIT 1");
  const auto rows = ReadRows(database, sql.sql(), {}, nullptr);
  if (!rows.ok()) return rows.status();
  const auto hash =
      rows->empty() ? std::nullopt : PasswordHash::Parse(rows->front()[0]);
  return hash.has_value() ? hash->iterations() : 260000;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Authenticator>> MakeBasicAuthenticator(
    const BasicSettings& settings, Database& database) {
  auto users = DjangoUsers::Open(database, settings.user_table(),
                                 settings.username_column());
  if (!users.ok()) return users.status();
  const absl::StatusOr<int> iterations = UsualIterations(database, settings);
  if (!iterations.ok()) return iterations.status();
  return std::make_unique<BasicAuthenticator>(*std::move(users), *iterations);
}

}  // namespace modelservice
