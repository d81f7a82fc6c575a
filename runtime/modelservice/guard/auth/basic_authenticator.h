// Names and passwords in `authorization: Basic ...` (RFC 7617) against Django's
// users, as an authenticator.
//
//   absl::StatusOr<std::unique_ptr<Authenticator>> basic =
//       MakeBasicAuthenticator(BasicSettings(), database);
//
// Every call asks the database, so that a new password, or a user that was made
// inactive, counts from then on; only the hashing, a tenth of a second, is
// remembered for pairs that were right. An unknown name takes as long as a
// wrong password.
#ifndef MODELSERVICE_GUARD_AUTH_BASIC_AUTHENTICATOR_H_
#define MODELSERVICE_GUARD_AUTH_BASIC_AUTHENTICATOR_H_

#include <memory>

#include "absl/status/statusor.h"
#include "modelservice/config.pb.h"
#include "modelservice/db/database.h"
#include "modelservice/service/authenticator.h"

namespace modelservice {

// `database` outlives it. FAILED_PRECONDITION when the table is missing or
// lacks a column.
absl::StatusOr<std::unique_ptr<Authenticator>> MakeBasicAuthenticator(
    const BasicSettings& settings, Database& database);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_BASIC_AUTHENTICATOR_H_
