// What clients are told of rows that must differ and do not, in the words of
// Django REST framework.
#ifndef MODELSERVICE_SERVICE_UNIQUE_FAULT_H_
#define MODELSERVICE_SERVICE_UNIQUE_FAULT_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/base/status_details.h"
#include "modelservice/schema/table.h"

namespace modelservice {

// Where a fault stands, in a Django style, that is of several fields together.
inline constexpr absl::string_view kNonFieldErrors = "non_field_errors";

// That another row has the values of `columns`, positions in table.columns.
std::vector<Violation> UniqueFault(const Table& table,
                                   absl::Span<const int> columns);

// ALREADY_EXISTS with all of them; there is at least one.
absl::Status AlreadyExists(absl::string_view resource,
                           absl::Span<const Violation> violations);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_UNIQUE_FAULT_H_
