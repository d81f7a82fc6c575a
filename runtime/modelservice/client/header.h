// What may be sent as a header or a trailer: gRPC ends the process over others.
#ifndef MODELSERVICE_CLIENT_HEADER_H_
#define MODELSERVICE_CLIENT_HEADER_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace modelservice::client {

// Keys are of small letters, digits, "-", "_" and "."; values of printable
// ASCII, or of any bytes where the key ends in "-bin".
bool IsLegalHeader(absl::string_view key, absl::string_view value);

// The same as a status that names the key, and not the value.
absl::Status CheckHeader(absl::string_view key, absl::string_view value);

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_HEADER_H_
