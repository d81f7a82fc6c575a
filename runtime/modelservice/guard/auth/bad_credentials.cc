#include "modelservice/guard/auth/bad_credentials.h"

#include "modelservice/base/status_details.h"

namespace modelservice {

absl::Status BadCredentials(absl::string_view reason,
                            absl::string_view message) {
  return ErrorWithReason(absl::StatusCode::kUnauthenticated, message, reason);
}

}  // namespace modelservice
