// Who is who where there are several authenticators: the subject "7" of one
// issuer is not that of another, neither where limits count nor in OWNER
// columns.
#ifndef MODELSERVICE_GUARD_AUTH_SUBJECT_RULES_H_
#define MODELSERVICE_GUARD_AUTH_SUBJECT_RULES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/config.pb.h"
#include "modelservice/principal.h"

namespace modelservice {

// What one authenticator does to the principals that it makes.
struct SubjectRules {
  // Empty: what the authenticator says itself.
  std::string realm;
  std::string prefix;
  // The prefixes of other realms, with which no subject of this one may begin.
  std::vector<std::string> others;

  // UNAUTHENTICATED for a subject that would be another realm's.
  absl::Status Apply(Principal& principal) const;
};

// Of the authenticator at `place` of the settings.
SubjectRules SubjectRulesOf(const Settings& settings, int place);

// INVALID_ARGUMENT when two authenticators of different realms could give the
// same subject, which `owner_column` would take for one owner.
absl::Status CheckSubjects(const Settings& settings,
                           absl::string_view owner_column);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_SUBJECT_RULES_H_
