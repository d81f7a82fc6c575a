// Running a body until it is not lost to a conflict.
#ifndef MODELSERVICE_DB_POSTGRES_ATTEMPTS_H_
#define MODELSERVICE_DB_POSTGRES_ATTEMPTS_H_

#include "absl/status/status.h"
#include "modelservice/db/database.h"
#include "modelservice/db/postgres/connection_pool.h"
#include "modelservice/db/postgres/transaction.h"

namespace modelservice::postgres {

// Runs `body` in a transaction, and again while it is lost against concurrent
// ones and the limits, which may be null, allow: without a deadline a few
// times. `callbacks` is what OnCommit was given in the one that was committed.
absl::Status RunAttempts(Database& database, ConnectionPool::Lease& lease,
                         Database::Body& body, const CallLimits* limits,
                         bool read_only, Callbacks* callbacks);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_ATTEMPTS_H_
