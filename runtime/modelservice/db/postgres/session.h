// A session (db/session.h) on PostgreSQL.
#ifndef MODELSERVICE_DB_POSTGRES_SESSION_H_
#define MODELSERVICE_DB_POSTGRES_SESSION_H_

#include <memory>

#include "absl/status/statusor.h"
#include "modelservice/db/session.h"
#include "modelservice/postgres.h"

namespace modelservice {

absl::StatusOr<std::unique_ptr<DatabaseSession>> OpenPostgresSession(
    const PostgresOptions& options);

}  // namespace modelservice

#endif  // MODELSERVICE_DB_POSTGRES_SESSION_H_
