// What a refused call says besides its code and words, on the caller's side.
//
// The clients that the plugin generates answer with absl::Statuses that carry
// the server's google.rpc details as payloads; these functions read them back:
//
//   void Show(const absl::Status& status) {
//     if (const auto request = modelservice::BadRequestOf(status)) {
//       for (const auto& fault : request->field_violations()) {
//         std::cerr << fault.field() << ": " << fault.description() << "\n";
//       }
//     }
//     if (const auto info = modelservice::ErrorInfoOf(status)) {
//       std::cerr << info->reason() << "\n";  // stable, for programs
//     }
//   }
//
// The messages are those of modelservice/status.proto, which have the bytes of
// google.rpc's. Pure functions; thread-safe, and nothing waits. A detail that
// is not there, or whose bytes are no such message, is none.
#ifndef MODELSERVICE_ERROR_DETAILS_H_
#define MODELSERVICE_ERROR_DETAILS_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "modelservice/status.pb.h"

namespace grpc {
class Status;
}

namespace modelservice {

// The status of a call that was made with gRPC's own stubs, with the details of
// its grpc-status-details-bin as payloads under their type URLs.
absl::Status FromGrpc(const grpc::Status& status);

// A stable reason in UPPER_SNAKE_CASE, and what programs may want to know.
std::optional<ErrorInfo> ErrorInfoOf(const absl::Status& status);
// Every fault of the request at once; `reason` is the id of the rule that is
// not met.
std::optional<BadRequest> BadRequestOf(const absl::Status& status);
// What that rule asks for, by name, of one of those faults, from 0 on: of
// MAX_LENGTH `max`. Empty where it asks for nothing more.
std::map<std::string, std::string> RuleParametersOf(const absl::Status& status,
                                                    int violation);
// How long to wait before the call is worth another try; never negative.
std::optional<absl::Duration> RetryDelayOf(const absl::Status& status);
// What is not there, or is there already.
std::optional<ResourceInfo> ResourceInfoOf(const absl::Status& status);
// Which limits were reached, and for whom.
std::optional<QuotaFailure> QuotaFailureOf(const absl::Status& status);

// Whether a call that failed was tried again after an attempt whose answer was
// lost, and that may have been done: a row that is NOT_FOUND may have been
// destroyed, one that is ABORTED changed, by this very call. Of writes that say
// in which state the row has to be, and of calls that say `idempotent`.
bool HadLostAttempt(const absl::Status& status);

}  // namespace modelservice

#endif  // MODELSERVICE_ERROR_DETAILS_H_
