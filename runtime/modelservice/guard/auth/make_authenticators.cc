#include "modelservice/guard/auth/make_authenticators.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/basic_authenticator.h"
#include "modelservice/guard/auth/jwt_authenticator.h"
#include "modelservice/guard/auth/mtls_authenticator.h"
#include "modelservice/guard/auth/subject_rules.h"
#include "modelservice/guard/auth/token_authenticator.h"

namespace modelservice {
namespace {

using Made = absl::StatusOr<std::unique_ptr<Authenticator>>;

// One whose principals obey the rules, and bear its name where they have none.
class RuledAuthenticator final : public Authenticator {
 public:
  RuledAuthenticator(std::unique_ptr<Authenticator> inner, std::string name,
                     SubjectRules rules)
      : inner_(std::move(inner)),
        name_(std::move(name)),
        rules_(std::move(rules)) {}

  bool Recognizes(const CallContext& call) const override {
    return inner_->Recognizes(call);
  }
  absl::StatusOr<Principal> Authenticate(const CallContext& call) override {
    absl::StatusOr<Principal> principal = inner_->Authenticate(call);
    if (!principal.ok()) return principal;
    if (principal->scheme.empty()) principal->scheme = name_;
    if (principal->realm.empty()) {
      principal->realm = absl::StrCat("custom:", name_);
    }
    if (auto status = rules_.Apply(*principal); !status.ok()) return status;
    return principal;
  }
  std::string Challenge() const override { return inner_->Challenge(); }
  bool blocking() const override { return inner_->blocking(); }

 private:
  const std::unique_ptr<Authenticator> inner_;
  const std::string name_;
  const SubjectRules rules_;
};

Made TakeCustom(const std::string& name, NamedAuthenticators& custom) {
  const auto found = custom.find(name);
  if (found == custom.end()) {
    std::string known;
    for (const auto& [other, unused] : custom) {
      absl::StrAppend(&known, known.empty() ? "; there are " : ", ", other);
    }
    return absl::InvalidArgumentError(
        absl::StrCat(": no authenticator is called \"", name, "\"", known,
                     "; Registry::AddAuthenticator adds one"));
  }
  if (found->second == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(": \"", name, "\" is named twice; name it once"));
  }
  return std::move(found->second);
}

bool Has(const Settings& settings, AuthenticatorSettings::KindCase kind) {
  return std::any_of(settings.authenticator().begin(),
                     settings.authenticator().end(),
                     [&](const AuthenticatorSettings& authenticator) {
                       return authenticator.kind_case() == kind;
                     });
}

// Several share the tokens by issuer; the last also refuses those of nobody.
Made MakeJwt(int place, const Settings& settings) {
  const auto& all = settings.authenticator();
  const auto is_jwt = [](const AuthenticatorSettings& one) {
    return one.has_jwt();
  };
  JwtOptions options;
  options.every_bearer = !Has(settings, AuthenticatorSettings::kToken);
  options.subjects = SubjectRulesOf(settings, place);
  options.only_its_issuer =
      std::any_of(all.begin() + place + 1, all.end(), is_jwt);
  const JwtSettings& wanted = settings.authenticator(place).jwt();
  if (std::count_if(all.begin(), all.end(), is_jwt) > 1 &&
      wanted.issuer().empty()) {
    return absl::InvalidArgumentError(
        "issuer: there are several jwt, which share the tokens by issuer; set "
        "it for each of them");
  }
  return MakeJwtAuthenticator(wanted, options);
}

// What is in an error between the setting's place and its own text.
struct Place {
  absl::string_view setting;
  Made made;
};

Place MakeOne(int place, const Settings& settings, Database& database,
              NamedAuthenticators& custom) {
  const AuthenticatorSettings& wanted = settings.authenticator(place);
  switch (wanted.kind_case()) {
    case AuthenticatorSettings::kJwt:
      return {".jwt.", MakeJwt(place, settings)};
    case AuthenticatorSettings::kToken: {
      TokenOptions options;
      options.every_bearer = !Has(settings, AuthenticatorSettings::kJwt);
      return {".token.",
              MakeTokenAuthenticator(wanted.token(), database, options)};
    }
    case AuthenticatorSettings::kBasic:
      return {".basic.", MakeBasicAuthenticator(wanted.basic(), database)};
    case AuthenticatorSettings::kMtls:
      if (!settings.tls().has_client_ca_file()) {
        return {".mtls", absl::InvalidArgumentError(
                             ": no certificate is asked for; set "
                             "tls.client_ca_file to those who sign them")};
      }
      return {".mtls", MakeMtlsAuthenticator(wanted.mtls())};
    case AuthenticatorSettings::kCustom:
      return {".custom", TakeCustom(wanted.custom(), custom)};
    case AuthenticatorSettings::KIND_NOT_SET:
      break;
  }
  return {"", absl::InvalidArgumentError(
                  ": no kind is set; set jwt, token, basic, mtls or custom")};
}

}  // namespace

absl::StatusOr<std::vector<std::unique_ptr<Authenticator>>> MakeAuthenticators(
    const Settings& settings, Database& database, NamedAuthenticators& custom) {
  std::vector<std::unique_ptr<Authenticator>> authenticators;
  for (int i = 0; i < settings.authenticator_size(); ++i) {
    Place place = MakeOne(i, settings, database, custom);
    if (!place.made.ok()) {
      const absl::Status& status = place.made.status();
      return absl::Status(status.code(),
                          absl::StrCat("authenticator[", i, "]", place.setting,
                                       status.message()));
    }
    const AuthenticatorSettings& wanted = settings.authenticator(i);
    // Those of web tokens are remembered, and so made by the rules.
    authenticators.push_back(wanted.has_jwt()
                                 ? *std::move(place.made)
                                 : std::make_unique<RuledAuthenticator>(
                                       *std::move(place.made), wanted.custom(),
                                       SubjectRulesOf(settings, i)));
  }
  return authenticators;
}

std::vector<std::unique_ptr<TokenTable>> TokenTables(const Settings& settings) {
  std::vector<std::unique_ptr<TokenTable>> tables;
  std::set<std::string> seen;
  for (const AuthenticatorSettings& authenticator : settings.authenticator()) {
    if (!authenticator.has_token() || authenticator.token().plain()) continue;
    const std::string& name = authenticator.token().table();
    if (seen.insert(name).second) {
      tables.push_back(std::make_unique<TokenTable>(name));
    }
  }
  return tables;
}

}  // namespace modelservice
