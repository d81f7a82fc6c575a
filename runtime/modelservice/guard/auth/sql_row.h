// Small reads of tables that no model describes.
#ifndef MODELSERVICE_GUARD_AUTH_SQL_ROW_H_
#define MODELSERVICE_GUARD_AUTH_SQL_ROW_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/database.h"

namespace modelservice {

// The values of a row as text: numbers as they are written, truth as "1" and
// "0", NULL as "".
using TextRow = std::vector<std::string>;

// The rows of a query; blocks. The parameters' texts outlive the call. One that
// its column cannot hold, like a name where that is a number, matches no row.
absl::StatusOr<std::vector<TextRow>> ReadRows(
    Database& database, absl::string_view sql,
    absl::Span<const Value> parameters, const CallLimits* limits);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_SQL_ROW_H_
