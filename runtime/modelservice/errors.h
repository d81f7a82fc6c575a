// From absl::Status to what a client is told: the one table.
//
// Inside, an error is an absl::Status: a code, a sentence for the client and,
// as payloads under google.rpc's type URLs, details. A database error
// (db/error.h) becomes one by TranslateDatabaseError; ToGrpc puts the details
// into grpc-status-details-bin. Everything that is no fault of the client's
// becomes INTERNAL with an id that is also in the log.
//
//   absl::Status refused =
//       InvalidArgument({{"email", "Enter a valid email address."}});
//
// InvalidArgument and Violation are base/status_details.h's. Pure functions,
// but for ForClient, which writes to the log; thread-safe, and nothing waits.
#ifndef MODELSERVICE_ERRORS_H_
#define MODELSERVICE_ERRORS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "modelservice/base/status_details.h"
#include "modelservice/schema/table.h"
#include "modelservice/value.h"

namespace grpc {
class Status;
}

namespace modelservice {

// Of a field that refers to a row which is not there; a NULL is a key that
// nobody knows.
Violation NoSuchKey(absl::string_view field, Value key);

// NOT_FOUND `Customer: 99 not found!` with google.rpc.ResourceInfo.
absl::Status NotFound(const Table& table, absl::Span<const Value> key);

// Who calls has not said who it is, in Django REST framework's words.
absl::Status NotAuthenticated();
// Who calls may not do this. Without words of its own: Django REST framework's.
absl::Status PermissionDenied(absl::string_view message = "",
                              absl::string_view reason = "PERMISSION_DENIED");

enum class WriteKind { kSave, kDelete };

// What a client is told of a database error: unique -> ALREADY_EXISTS naming
// the fields, and so on. `table` is the one whose columns it speaks of if it
// names no other; null when there is none. Another status comes back as it is.
absl::Status TranslateDatabaseError(const absl::Status& status,
                                    const Table* table, WriteKind kind);

// Completes a status for the client: an ErrorInfo if there is none; INTERNAL
// and UNKNOWN get an id, and their text goes to the log in place of the client.
// `method`, "/shop.Customers/Create", names the call in the log, and its
// service is the ErrorInfo's domain.
absl::Status ForClient(const absl::Status& status, absl::string_view method);

// With the payloads as grpc-status-details-bin.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace modelservice

#endif  // MODELSERVICE_ERRORS_H_
