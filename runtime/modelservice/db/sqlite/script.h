// Scripts of several statements.
#ifndef MODELSERVICE_DB_SQLITE_SCRIPT_H_
#define MODELSERVICE_DB_SQLITE_SCRIPT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/db/sqlite/connection.h"

namespace modelservice::sqlite {

// Runs the statements of `sql` one after the other, their rows unseen, up to
// the first error, which names the statement.
absl::Status RunStatements(Connection& connection, absl::string_view sql);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_SCRIPT_H_
