// JSON Web Tokens in `authorization: Bearer ...`, as an authenticator.
//
//   JwtSettings settings;
//   settings.set_jwks_file("/etc/shop/jwks.json");
//   absl::StatusOr<std::unique_ptr<Authenticator>> jwt =
//       MakeJwtAuthenticator(settings, JwtOptions());
#ifndef MODELSERVICE_GUARD_AUTH_JWT_AUTHENTICATOR_H_
#define MODELSERVICE_GUARD_AUTH_JWT_AUTHENTICATOR_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "modelservice/authenticator.h"
#include "modelservice/config.pb.h"
#include "modelservice/guard/auth/subject_rules.h"

namespace modelservice {

struct JwtOptions {
  // Whether a bearer that has not the form of a token is refused here, rather
  // than left to another authenticator.
  bool every_bearer = true;
  // Whether tokens of another issuer than the settings' are left to another
  // authenticator. Reads each token one more time.
  bool only_its_issuer = false;
  // Without a realm, that is the issuer that the token names.
  SubjectRules subjects;
  std::function<absl::Time()> clock = &absl::Now;
};

// INVALID_ARGUMENT naming the setting, when there is not one file of keys, or
// it cannot be used, or an algorithm is not known or not what the keys are for.
absl::StatusOr<std::unique_ptr<Authenticator>> MakeJwtAuthenticator(
    const JwtSettings& settings, const JwtOptions& options);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_JWT_AUTHENTICATOR_H_
