// Opaque tokens in `authorization: Token ...` or `Bearer ...`, like those of
// Django REST framework, as an authenticator.
//
//   TokenSettings settings;
//   settings.set_django_users(true);
//   absl::StatusOr<std::unique_ptr<Authenticator>> tokens =
//       MakeTokenAuthenticator(settings, database, TokenOptions());
//
// Every call asks the database, so that a token that was deleted, or a user
// that was made inactive, is refused from then on.
#ifndef MODELSERVICE_GUARD_AUTH_TOKEN_AUTHENTICATOR_H_
#define MODELSERVICE_GUARD_AUTH_TOKEN_AUTHENTICATOR_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "modelservice/authenticator.h"
#include "modelservice/config.pb.h"
#include "modelservice/database.h"

namespace modelservice {

struct TokenOptions {
  // Whether a bearer that has the form of a JSON Web Token is refused here,
  // rather than left to another authenticator.
  bool every_bearer = true;
  std::function<absl::Time()> clock = &absl::Now;
};

// `database` outlives it. FAILED_PRECONDITION when a table is missing or lacks
// a column.
absl::StatusOr<std::unique_ptr<Authenticator>> MakeTokenAuthenticator(
    const TokenSettings& settings, Database& database,
    const TokenOptions& options);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_TOKEN_AUTHENTICATOR_H_
