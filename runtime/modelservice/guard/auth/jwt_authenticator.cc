#include "modelservice/guard/auth/jwt_authenticator.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modelservice/guard/auth/authorization.h"
#include "modelservice/guard/auth/bad_credentials.h"
#include "modelservice/guard/auth/digest_cache.h"
#include "modelservice/guard/auth/jwt.h"
#include "modelservice/guard/auth/key_file.h"

namespace modelservice {
namespace {

namespace pb = ::google::protobuf;

// To check a token takes 30 to 150 microseconds, to find it here two. Only
// those that were good are kept: strangers cannot fill it.
constexpr size_t kTokenCacheBytes = 32 << 20;

// A list of texts, or one text with spaces between, like OAuth's `scope`.
std::vector<std::string> TextsOf(const pb::Value* value) {
  std::vector<std::string> texts;
  if (value == nullptr) return texts;
  if (value->has_string_value()) {
    return absl::StrSplit(value->string_value(), ' ', absl::SkipEmpty());
  }
  for (const pb::Value& item : value->list_value().values()) {
    if (item.has_string_value()) texts.push_back(item.string_value());
  }
  return texts;
}

// RFC 7519, 4.1.2: `sub` is a text. Other claims may hold the key of a user's
// row, as a whole number that no other number is written like.
absl::StatusOr<std::string> SubjectOf(const pb::Value* value,
                                      absl::string_view claim) {
  const auto malformed = [&](absl::string_view fault) {
    return BadCredentials("TOKEN_MALFORMED",
                          absl::StrCat("The token does not say who calls: ",
                                       fault, " claim \"", claim, "\"."));
  };
  if (value == nullptr || value->has_null_value()) {
    return malformed("it has no");
  }
  if (value->has_string_value() && !value->string_value().empty()) {
    return value->string_value();
  }
  const double number = value->number_value();
  // Past it a double does not count single ones any more.
  if (claim != "sub" && value->has_number_value() &&
      std::trunc(number) == number && std::fabs(number) < 9007199254740992) {
    return absl::StrCat(static_cast<int64_t>(number));
  }
  return malformed("it has no text as its");
}

class JwtAuthenticator final : public Authenticator {
 public:
  JwtAuthenticator(JwtSettings settings, JwtPolicy policy, JwtOptions options,
                   std::unique_ptr<KeyFile> keys)
      : settings_(std::move(settings)),
        policy_(std::move(policy)),
        options_(std::move(options)),
        keys_(std::move(keys)),
        cache_(kTokenCacheBytes) {}

  bool Recognizes(const CallContext& call) const override {
    const Authorization authorization = Authorization::Of(call);
    if (!authorization.Is("Bearer")) return false;
    if (options_.only_its_issuer &&
        UnverifiedIssuer(authorization.credentials) != settings_.issuer()) {
      return false;
    }
    return options_.every_bearer || HasJwtForm(authorization.credentials);
  }

  std::string Challenge() const override { return "Bearer"; }

  absl::StatusOr<Principal> Authenticate(const CallContext& call) override {
    const auto principal = AuthenticateShared(call);
    if (!principal.ok()) return principal.status();
    return **principal;
  }

  absl::StatusOr<std::shared_ptr<const Principal>> AuthenticateShared(
      const CallContext& call) override {
    const auto token = Authorization::Of(call).Word("token", "Token");
    if (!token.ok()) return token.status();
    const absl::Time now = options_.clock();
    const std::shared_ptr<const KeySet> keys = keys_->keys();
    const Digest digest = Sha256(*token);
    auto known = cache_.Find(digest);
    const bool good =
        known.has_value() && known->keys == keys && now < known->good_until;
    counts_.Note(good);
    if (good) return std::move(known->principal);
    absl::StatusOr<VerifiedJwt> jwt = VerifyJwt(*token, *keys, policy_, now);
    if (!jwt.ok()) return jwt.status();
    const size_t bytes = 500 + 2 * jwt->claims.SpaceUsedLong();
    absl::StatusOr<Principal> principal = PrincipalOf(std::move(jwt->claims));
    if (!principal.ok()) return principal.status();
    auto shared = std::make_shared<const Principal>(*std::move(principal));
    cache_.Put(digest, {shared, keys, jwt->good_until}, bytes);
    return shared;
  }

  void Report(Measures& to) const override {
    to.AddCache("tokens", counts_);
    to.AddCache("keys", keys_->counts());
  }

 private:
  struct Known {
    std::shared_ptr<const Principal> principal;
    // With which it was found good: others may not have signed it.
    std::shared_ptr<const KeySet> keys;
    absl::Time good_until;
  };

  absl::StatusOr<Principal> PrincipalOf(google::protobuf::Struct claims) const {
    Principal principal;
    principal.scheme = "jwt";
    principal.claims = std::move(claims);
    absl::StatusOr<std::string> subject =
        SubjectOf(principal.FindClaim(settings_.subject_claim()),
                  settings_.subject_claim());
    if (!subject.ok()) return subject.status();
    principal.subject = *std::move(subject);
    principal.realm = absl::StrCat("jwt:", principal.Claim("iss").value_or(""));
    if (auto status = options_.subjects.Apply(principal); !status.ok()) {
      return status;
    }
    principal.roles = TextsOf(principal.FindClaim(settings_.roles_claim()));
    principal.permissions =
        TextsOf(principal.FindClaim(settings_.permissions_claim()));
    return principal;
  }

  const JwtSettings settings_;
  const JwtPolicy policy_;
  const JwtOptions options_;
  const std::unique_ptr<KeyFile> keys_;
  DigestCache<Known> cache_;
  CacheCounts counts_;
};

// Files of one key: none is left out.
absl::StatusOr<KeySet> OneKeyFromPem(absl::string_view text,
                                     std::vector<std::string>*) {
  return KeysFromPem(text);
}
absl::StatusOr<KeySet> OneSecret(absl::string_view bytes,
                                 std::vector<std::string>*) {
  return KeysFromSecret(bytes);
}

absl::StatusOr<std::unique_ptr<KeyFile>> OpenKeys(const JwtSettings& settings,
                                                  const JwtOptions& options) {
  const int files = settings.has_public_key_file() +
                    settings.has_secret_file() + settings.has_jwks_file();
  if (files != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("public_key_file: ", files == 0 ? "no" : "several",
                     " files of keys are named; set one of public_key_file, "
                     "secret_file and jwks_file"));
  }
  if (settings.has_public_key_file()) {
    return KeyFile::Open("public_key_file", settings.public_key_file(),
                         &OneKeyFromPem, options.clock);
  }
  if (settings.has_secret_file()) {
    return KeyFile::Open("secret_file", settings.secret_file(), &OneSecret,
                         options.clock);
  }
  return KeyFile::Open("jwks_file", settings.jwks_file(), &KeysFromJwks,
                       options.clock);
}

absl::StatusOr<JwtPolicy> PolicyOf(const JwtSettings& settings,
                                   const KeySet& keys) {
  JwtPolicy policy;
  for (const std::string& name : settings.algorithm()) {
    const auto algorithm = JwtAlgorithmNamed(name);
    if (!algorithm.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat("algorithm: \"", name,
                       "\" is not known; there are HS256, RS256, ES256 and "
                       "EdDSA"));
    }
    const bool has_key =
        std::any_of(keys.begin(), keys.end(), [&](const VerificationKey& key) {
          return key.algorithm() == *algorithm;
        });
    if (!has_key) {
      return absl::InvalidArgumentError(
          absl::StrCat("algorithm: no key is for ", name, "; the first is for ",
                       NameOf(keys.front().algorithm()),
                       "; drop algorithm to take what the keys are for"));
    }
    policy.algorithms.push_back(*algorithm);
  }
  if (!(settings.leeway() >= 0 && settings.leeway() <= 3600)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "leeway: ", settings.leeway(), " must be from 0 to 3600 seconds"));
  }
  policy.leeway = absl::Seconds(settings.leeway());
  policy.issuer = settings.issuer();
  policy.audiences.assign(settings.audience().begin(),
                          settings.audience().end());
  policy.require_expiry = settings.require_expiry();
  return policy;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Authenticator>> MakeJwtAuthenticator(
    const JwtSettings& settings, const JwtOptions& options) {
  auto keys = OpenKeys(settings, options);
  if (!keys.ok()) return keys.status();
  absl::StatusOr<JwtPolicy> policy = PolicyOf(settings, *(*keys)->keys());
  if (!policy.ok()) return policy.status();
  return std::make_unique<JwtAuthenticator>(settings, *std::move(policy),
                                            options, *std::move(keys));
}

}  // namespace modelservice
