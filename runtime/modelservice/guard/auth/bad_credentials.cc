#include "modelservice/guard/auth/bad_credentials.h"

#include <string>

#include "absl/strings/cord.h"
#include "modelservice/status.pb.h"

namespace modelservice {

absl::Status BadCredentials(absl::string_view reason,
                            absl::string_view message) {
  absl::Status status = absl::UnauthenticatedError(message);
  // As AddErrorInfo of errors.h does, which stands on gRPC.
  ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain("modelservice");
  status.SetPayload("type.googleapis.com/google.rpc.ErrorInfo",
                    absl::Cord(info.SerializeAsString()));
  return status;
}

}  // namespace modelservice
