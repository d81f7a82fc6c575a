// Details of an error for clients: google.rpc messages as payloads of an
// absl::Status, under their type URLs.
//
//   absl::Status status = absl::UnavailableError("The server is stopping.");
//   AddErrorInfo(&status, "SHUTTING_DOWN");
//   AddRetryInfo(&status, absl::Seconds(1));
#ifndef MODELSERVICE_BASE_STATUS_DETAILS_H_
#define MODELSERVICE_BASE_STATUS_DETAILS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace google::protobuf {
class MessageLite;
}

namespace modelservice {

// Adds a detail that a client reads as google.rpc.<type>.
void AddDetail(absl::Status* status, absl::string_view type,
               const google::protobuf::MessageLite& detail);

// google.rpc.ErrorInfo with this reason, UPPER_SNAKE_CASE.
void AddErrorInfo(absl::Status* status, absl::string_view reason);

// google.rpc.RetryInfo.
void AddRetryInfo(absl::Status* status, absl::Duration delay);

// RESOURCE_EXHAUSTED for what is bounded: ErrorInfo with `reason`, RetryInfo of
// a second, and `message`, which names the bound and the setting that raises
// it.
absl::Status BoundReached(absl::string_view message, absl::string_view reason);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_STATUS_DETAILS_H_
