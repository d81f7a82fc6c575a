// Where equal texts may differ in their bytes - citext, char(n), collations
// that fold case - only the database can tell which rows a rule means. It does
// where a rule is part of a statement; rules of columns are asked about rows at
// hand, too.
#ifndef MODELSERVICE_SERVER_EQUALITY_H_
#define MODELSERVICE_SERVER_EQUALITY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/database.h"
#include "modelservice/permission.h"
#include "modelservice/service/method.h"

namespace modelservice {

// Those columns of the service's model that are of such a kind in the live
// database. FAILED_PRECONDITION when a rule of a column (read_requires,
// write_requires) is about rows by such a column: `owner` where it is the OWNER
// column, a permission of the program's own where it is any.
absl::StatusOr<std::vector<std::string>> LooselyEqualColumns(
    Database& database, const Service& service, const PermissionNames& names);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_EQUALITY_H_
