// Faults of a part of a request, told as faults of the whole: "title" of the
// third message is "requests[2].book.title".
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SERVICE_FAULT_PATH_H_
#define MODELSERVICE_SERVICE_FAULT_PATH_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/status_details.h"
#include "modelservice/schema/model.h"

namespace modelservice {

// The path of a field of the part; of "" the part's own.
using PathOfField = absl::FunctionRef<std::string(absl::string_view field)>;

// What google.rpc.BadRequest says in `status`, by the paths of the whole; empty
// where there is none.
std::vector<Violation> ViolationsAt(PathOfField path,
                                    const absl::Status& status);

// `status`, an error, with its fields by their paths, and its words behind the
// part's.
absl::Status FaultAt(PathOfField path, const absl::Status& status);

// A fault of a row that lies in the request at `path` - or, without
// `has_fields`, of rows that are made of the keys there - told of its own model
// and of where it is. What the database itself could not do is none of a row.
absl::Status FaultOfNested(const Model& model, absl::string_view path,
                           bool has_fields, const absl::Status& fault);

// The faults of `status` and these, each once; INVALID_ARGUMENT where there are
// more.
absl::Status WithFaults(const absl::Status& status,
                        std::vector<Violation> others);

// Adds to what programs are told of `status` (google.rpc.ErrorInfo).
void AddMetadata(absl::Status* status, absl::string_view name,
                 absl::string_view value);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FAULT_PATH_H_
