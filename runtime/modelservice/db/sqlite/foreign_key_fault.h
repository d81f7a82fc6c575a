// Which foreign key a COMMIT fails on, of which SQLite says no more than that
// it does.
#ifndef MODELSERVICE_DB_SQLITE_FOREIGN_KEY_FAULT_H_
#define MODELSERVICE_DB_SQLITE_FOREIGN_KEY_FAULT_H_

#include "absl/status/status.h"
#include "modelservice/db/sqlite/connection.h"

namespace modelservice::sqlite {

// COMMIT. On kForeignKey the transaction is still there, and the error names
// the table and the columns of the key, where all rows that refer to nothing do
// so by one, and its text the first of them; as far as a tenth of a second
// tells.
absl::Status Commit(Connection& connection);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_FOREIGN_KEY_FAULT_H_
