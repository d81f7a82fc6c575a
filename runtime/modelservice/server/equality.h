// Where equal texts may differ in their bytes - citext, char(n), collations
// that fold case - only the database can tell which rows a rule means. It does
// where a rule is part of a statement; rules of columns are asked about rows at
// hand, too.
#ifndef MODELSERVICE_SERVER_EQUALITY_H_
#define MODELSERVICE_SERVER_EQUALITY_H_

#include "absl/status/status.h"
#include "modelservice/database.h"
#include "modelservice/permission.h"

namespace modelservice {

// FAILED_PRECONDITION when a rule of a column (read_requires, write_requires)
// of the table is about rows by a column of such a kind in the live database:
// `owner` where it is the OWNER column, a permission of the program's own where
// it is any.
absl::Status CheckEquality(const Table& table, const LiveTable& live,
                           const PermissionNames& names);

// FAILED_PRECONDITION when a key in the live table is spelled so that no
// request would find it (sql/spelling.h).
absl::Status CheckKeys(const Table& table, const LiveTable& live);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_EQUALITY_H_
