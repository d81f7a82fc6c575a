// Details of an error for clients: google.rpc messages as payloads of an
// absl::Status, under their type URLs. The one place that makes them, and that
// writes them as grpc-status-details-bin.
//
//   absl::Status status = absl::UnavailableError("The server is stopping.");
//   AddErrorInfo(&status, "SHUTTING_DOWN");
//   AddRetryInfo(&status, absl::Seconds(1));
//
// Texts that are too long for a trailer are cut, and end in "...". A detail of
// a kind that is there already is replaced. Thread-safe for different statuses.
#ifndef MODELSERVICE_BASE_STATUS_DETAILS_H_
#define MODELSERVICE_BASE_STATUS_DETAILS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace modelservice {

// One fault of a request.
struct Violation {
  std::string field;        // the proto field's name, or a path below it
  std::string description;  // a sentence
  // For programs: which rule is not met, UPPER_SNAKE_CASE, and what it asks for
  // by name. Where there is no reason, that of the sentence (rules.h).
  std::string reason = {};
  std::vector<std::pair<std::string, std::string>> parameters = {};
};

// google.rpc.ErrorInfo with this reason, UPPER_SNAKE_CASE, and what programs
// may want to know besides.
void AddErrorInfo(
    absl::Status* status, absl::string_view reason,
    absl::Span<const std::pair<absl::string_view, absl::string_view>> metadata =
        {});
bool HasErrorInfo(const absl::Status& status);
// Whose reason it is: the service that was called. One with a domain of its own
// keeps it.
void SetErrorDomain(absl::Status* status, absl::string_view domain);
// Its reason; empty where there is none.
std::string ErrorReason(const absl::Status& status);

// A status without details but for its ErrorInfo.
absl::Status ErrorWithReason(absl::StatusCode code, absl::string_view message,
                             absl::string_view reason);

// google.rpc.RetryInfo.
void AddRetryInfo(absl::Status* status, absl::Duration delay);

// google.rpc.BadRequest, and modelservice.ViolatedRules beside it. When there
// are too many for a trailer, the last one says how many more there are.
void AddBadRequest(absl::Status* status,
                   absl::Span<const Violation> violations);

// What they say; empty where there are none.
std::vector<Violation> ViolationsOf(const absl::Status& status);

// INVALID_ARGUMENT with every violation in its message and in
// google.rpc.BadRequest. There is at least one.
absl::Status InvalidArgument(absl::Span<const Violation> violations);

// google.rpc.QuotaFailure with one violation.
void AddQuotaFailure(absl::Status* status, absl::string_view subject,
                     absl::string_view description);

// google.rpc.ResourceInfo. The name may be empty.
void AddResourceInfo(absl::Status* status, absl::string_view type,
                     absl::string_view name, absl::string_view description);

// RESOURCE_EXHAUSTED for what is bounded: ErrorInfo with `reason`, RetryInfo of
// a second, and `message`, which names the bound and the setting that raises
// it.
absl::Status BoundReached(absl::string_view message, absl::string_view reason);

// UNAVAILABLE with ErrorInfo SHUTTING_DOWN, and RetryInfo of a second.
absl::Status ServerStopping();

// What a client is sent of an error: its message as a trailer carries it, and
// the bytes of grpc-status-details-bin, a google.rpc.Status; empty when there
// are no details. Payloads of others are left out. Equal statuses give equal
// bytes.
struct SentStatus {
  std::string message;
  std::string details;
};
SentStatus ForTrailers(const absl::Status& status);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_STATUS_DETAILS_H_
