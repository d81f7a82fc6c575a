#include "modelservice/guard/auth/basic_authenticator.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/measures.h"
#include "modelservice/guard/auth/authorization.h"
#include "modelservice/guard/auth/bad_credentials.h"
#include "modelservice/guard/auth/digest_cache.h"
#include "modelservice/guard/auth/django_users.h"
#include "modelservice/guard/auth/password_hash.h"
#include "modelservice/guard/auth/sql_row.h"
#include "modelservice/log.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/sql/select.h"

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
  BasicAuthenticator(std::unique_ptr<DjangoUsers> users, int most, int usual)
      : users_(std::move(users)),
        most_(most),
        usual_(usual),
        cache_(kCacheBytes) {}

  bool Recognizes(const CallContext& call) const override {
    return Authorization::Of(call).Is("Basic");
  }

  std::string Challenge() const override { return "Basic realm=\"api\""; }

  bool blocking() const override { return true; }
  bool hashes() const override { return true; }

  absl::StatusOr<Principal> Authenticate(const CallContext& call) override {
    const auto credentials = ReadCredentials(call);
    if (!credentials.ok()) return credentials.status();
    // No database has a name with a NUL in it, and some take it for an error.
    const bool possible =
        !absl::StrContains(credentials->name, absl::string_view("\0", 1));
    absl::StatusOr<std::optional<DjangoUser>> user = std::nullopt;
    if (possible) user = users_->FindByName(credentials->name, &call);
    if (!user.ok()) return user.status();
    if (!IsRight(user->has_value() ? &**user : nullptr, *credentials)) {
      return WrongPassword();
    }
    auto principal = users_->PrincipalOf(**user, &call);
    if (principal.ok()) principal->scheme = "basic";
    return principal;
  }

  void Report(Measures& to) const override {
    to.AddCache("passwords", counts_);
  }

 private:
  // Time must not tell which names there are, or who of them is inactive: a
  // refusal takes as long whatever it is for, but for a user whose password is
  // hashed with more iterations than usual, who takes that long. What was right
  // is remembered of active users alone.
  bool IsRight(const DjangoUser* user, const NameAndPassword& credentials) {
    const bool active = user != nullptr && user->active;
    Digest digest{};
    if (active) {
      digest = DigestOf(*user, credentials);
      const bool known = cache_.Find(digest).has_value();
      counts_.Note(known);
      if (known) return true;
    }
    const std::optional<PasswordHash> hash =
        user == nullptr ? std::nullopt : HashOf(*user);
    const bool right = hash.has_value() && hash->Matches(credentials.password);
    if (right && active) {
      cache_.Put(digest, true, kEntryBytes);
      return true;
    }
    const int left = usual_ - (hash.has_value() ? hash->work() : 0);
    if (left > 0) {
      static_cast<void>(
          PasswordHash::Nobodys(left).Matches(credentials.password));
    }
    return false;
  }

  // nullopt for what is not computed here.
  std::optional<PasswordHash> HashOf(const DjangoUser& user) {
    std::optional<PasswordHash> hash = PasswordHash::Parse(user.password);
    if (!hash.has_value()) {
      LogUnknownHash(user);
    } else if (hash->iterations() > most_) {
      expensive_hash_.Log(
          Severity::kWarning,
          absl::StrCat("basic: the password of user ", user.id,
                       " is hashed with ", hash->iterations(),
                       " iterations, and so refused; set a new one, or "
                       "maximum_iterations, which is ",
                       most_));
      return std::nullopt;
    }
    return hash;
  }

  // Of all that decides: another stored hash is another question.
  Digest DigestOf(const DjangoUser& user,
                  const NameAndPassword& credentials) const {
    const std::string text =
        absl::StrCat(user.id.size(), ":", user.id, user.password.size(), ":",
                     user.password, credentials.password);
    return HmacSha256(TextOf(cache_key_), text);
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
  const int most_;
  const int usual_;
  const Digest cache_key_ = RandomDigest();
  DigestCache<bool> cache_;
  CacheCounts counts_;
  SeldomLog unknown_hash_;
  SeldomLog expensive_hash_;
};

// How many iterations nine in ten of the newest users need at most; without
// users, those of Django 3.2. Of a server's life, so that nobody's password can
// change what all others cost.
absl::StatusOr<int> UsualIterations(Database& database,
                                    const BasicSettings& settings) {
  const Expression password = Expression::Named("password");
  Select newest;
  newest.columns = {password};
  newest.from = TableName(settings.user_table());
  newest.where = Expression::Match(password, TextMatch::kStartsWith, "pbkdf2");
  newest.order = {{Expression::Named("id"), /*descending=*/true,
                   /*nullable=*/false}};
  newest.limit = 1000;
  const Statement select = Write(newest, database.dialect());
  const auto rows = ReadRows(database, select.text, select.parameters, nullptr);
  if (!rows.ok()) return rows.status();
  std::vector<int> work;
  for (const TextRow& row : *rows) {
    const auto hash = PasswordHash::Parse(row[0]);
    if (hash.has_value() &&
        hash->iterations() <= settings.maximum_iterations()) {
      work.push_back(hash->work());
    }
  }
  if (work.empty()) return std::min(260000, settings.maximum_iterations());
  std::sort(work.begin(), work.end());
  return work[(work.size() - 1) * 9 / 10];
}

}  // namespace

absl::StatusOr<std::unique_ptr<Authenticator>> MakeBasicAuthenticator(
    const BasicSettings& settings, Database& database) {
  if (settings.maximum_iterations() < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("maximum_iterations: ", settings.maximum_iterations(),
                     " must be at least 1"));
  }
  auto users = DjangoUsers::Open(database, settings.user_table(),
                                 settings.username_column());
  if (!users.ok()) return users.status();
  const absl::StatusOr<int> usual = UsualIterations(database, settings);
  if (!usual.ok()) return usual.status();
  return std::make_unique<BasicAuthenticator>(
      *std::move(users), settings.maximum_iterations(), *usual);
}

}  // namespace modelservice
