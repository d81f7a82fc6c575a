// Names and passwords in `authorization: Basic ...` (RFC 7617) against Django's
// users, as an authenticator.
//
//   absl::StatusOr<std::unique_ptr<Authenticator>> basic =
//       MakeBasicAuthenticator(BasicSettings(), database);
//
// Every call asks the database, so that a new password, or a user that was made
// inactive, counts from then on; only the hashing, a tenth of a second, is
// remembered for pairs that were right. An unknown name and an inactive user
// take as long as a wrong password does: what is usual is found out at the
// start. A password with more iterations than the settings allow is never
// computed.
#ifndef MODELSERVICE_GUARD_AUTH_BASIC_AUTHENTICATOR_H_
#define MODELSERVICE_GUARD_AUTH_BASIC_AUTHENTICATOR_H_

#include <memory>

#include "absl/status/statusor.h"
#include "modelservice/authenticator.h"
#include "modelservice/config.pb.h"
#include "modelservice/database.h"

namespace modelservice {

// `database` outlives it. FAILED_PRECONDITION when the table is missing or
// lacks a column, INVALID_ARGUMENT for a setting that means nothing.
absl::StatusOr<std::unique_ptr<Authenticator>> MakeBasicAuthenticator(
    const BasicSettings& settings, Database& database);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_BASIC_AUTHENTICATOR_H_
