// A session (db/session.h) on SQLite.
#ifndef MODELSERVICE_DB_SQLITE_SESSION_H_
#define MODELSERVICE_DB_SQLITE_SESSION_H_

#include <memory>

#include "absl/status/statusor.h"
#include "modelservice/db/session.h"
#include "modelservice/sqlite.h"

namespace modelservice {

absl::StatusOr<std::unique_ptr<DatabaseSession>> OpenSqliteSession(
    const SqliteOptions& options);

}  // namespace modelservice

#endif  // MODELSERVICE_DB_SQLITE_SESSION_H_
