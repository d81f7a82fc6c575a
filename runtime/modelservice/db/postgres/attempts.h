// Running a body until it is not lost to a conflict.
#ifndef MODELSERVICE_DB_POSTGRES_ATTEMPTS_H_
#define MODELSERVICE_DB_POSTGRES_ATTEMPTS_H_

#include "absl/status/status.h"
#include "modelservice/database.h"
#include "modelservice/db/callbacks.h"
#include "modelservice/db/postgres/connection_pool.h"

namespace modelservice::postgres {

// Runs `body` in a transaction of `database`, each time in a place of `pool`,
// and again while it is lost against concurrent ones and the limits, which may
// be null, allow; without a deadline for a while. `callbacks` is what OnCommit
// was given in the one that was committed. Blocks.
absl::Status RunAttempts(Database& database, ConnectionPool& pool,
                         const TransactionOptions& options,
                         Database::Body& body, const CallLimits* limits,
                         Callbacks* callbacks);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_ATTEMPTS_H_
