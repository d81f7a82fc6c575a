#include "modelservice/guard/auth/subject_rules.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/bad_credentials.h"

namespace modelservice {
namespace {

// As the settings say it, or else the default; empty where only the
// credentials tell.
std::string RealmOf(const AuthenticatorSettings& settings) {
  if (!settings.realm().empty()) return settings.realm();
  switch (settings.kind_case()) {
    case AuthenticatorSettings::kJwt:
      return settings.jwt().issuer().empty()
                 ? ""
                 : absl::StrCat("jwt:", settings.jwt().issuer());
    case AuthenticatorSettings::kToken:
      return settings.token().django_users()
                 ? absl::StrCat("users:", settings.token().user_table())
                 : absl::StrCat("token:", settings.token().table());
    case AuthenticatorSettings::kBasic:
      return absl::StrCat("users:", settings.basic().user_table());
    case AuthenticatorSettings::kMtls:
      return absl::StrCat("mtls:",
                          MtlsSettings::Name_Name(settings.mtls().name()));
    case AuthenticatorSettings::kCustom:
    case AuthenticatorSettings::KIND_NOT_SET:
      break;
  }
  return "";
}

bool SameRealm(const AuthenticatorSettings& a, const AuthenticatorSettings& b) {
  return !RealmOf(a).empty() && RealmOf(a) == RealmOf(b);
}

// Whether a subject with the one prefix may be one with the other; a realm
// without a prefix refuses those.
bool MayMeet(absl::string_view a, absl::string_view b) {
  if (a.empty() || b.empty()) return a.empty() && b.empty();
  return absl::StartsWith(a, b) || absl::StartsWith(b, a);
}

}  // namespace

absl::Status SubjectRules::Apply(Principal& principal) const {
  if (!realm.empty()) principal.realm = realm;
  if (principal.is_anonymous()) return absl::OkStatus();
  if (!prefix.empty()) {
    principal.subject = absl::StrCat(prefix, principal.subject);
    return absl::OkStatus();
  }
  for (const std::string& other : others) {
    if (absl::StartsWith(principal.subject, other)) {
      return BadCredentials("SUBJECT_OF_ANOTHER_REALM",
                            "The credentials' subject begins like those of "
                            "another authenticator.");
    }
  }
  return absl::OkStatus();
}

SubjectRules SubjectRulesOf(const Settings& settings, int place) {
  const AuthenticatorSettings& one = settings.authenticator(place);
  SubjectRules rules{RealmOf(one), one.subject_prefix(), {}};
  for (const AuthenticatorSettings& other : settings.authenticator()) {
    if (!other.subject_prefix().empty() && !SameRealm(one, other)) {
      rules.others.push_back(other.subject_prefix());
    }
  }
  return rules;
}

absl::Status CheckSubjects(const Settings& settings,
                           absl::string_view owner_column) {
  const auto& all = settings.authenticator();
  for (int i = 0; i < all.size(); ++i) {
    for (int j = 0; j < i; ++j) {
      if (SameRealm(all[i], all[j]) ||
          !MayMeet(all[i].subject_prefix(), all[j].subject_prefix())) {
        continue;
      }
      return absl::InvalidArgumentError(absl::StrCat(
          "authenticator[", i,
          "]: a subject of it may also be one of "
          "authenticator[",
          j, "], and ", owner_column,
          ", an OWNER column, would take the two for one owner; set "
          "subject_prefix for one of them, like \"",
          i,
          ":\", or for both the same realm, if to both a subject is the "
          "same caller"));
    }
  }
  return absl::OkStatus();
}

}  // namespace modelservice
