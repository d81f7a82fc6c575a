// What a caller with bad credentials is told.
//
//   return BadCredentials("TOKEN_EXPIRED", "The token has expired.");
#ifndef MODELSERVICE_GUARD_AUTH_BAD_CREDENTIALS_H_
#define MODELSERVICE_GUARD_AUTH_BAD_CREDENTIALS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace modelservice {

// UNAUTHENTICATED with a google.rpc.ErrorInfo of this reason. `message` goes to
// the client: it says what is wrong, and nothing that the client did not send.
absl::Status BadCredentials(absl::string_view reason,
                            absl::string_view message);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_BAD_CREDENTIALS_H_
