// The PostgreSQL backend: pipelined lanes for single statements, and a pool of
// connections with worker threads for transactions and cursors.
//
//   absl::StatusOr<PostgresOptions> options =
//       ParsePostgresUrl("postgresql://shop@db.example/shop?sslmode=require");
//   absl::StatusOr<std::unique_ptr<Database>> db = OpenPostgres(*options);
//
// Statements of Execute that come while a batch of a lane is in flight make the
// next batch: one implicit transaction, one commit. Reads and writes have lanes
// of their own. Bodies of RunRead and RunWrite, and cursors, have a connection
// of the pool for as long as they last; callbacks come from a thread of a lane
// or of the pool. Nothing but the blocking methods blocks.
//
// Inside of a body of this database the reads of Execute, RunRead and Open join
// its transaction, as the blocking methods do; a write of Execute, or RunWrite,
// is one of its own, and a body that waits for it may wait for itself. A cursor
// has the snapshot of its first Fetch.
#ifndef MODELSERVICE_DB_POSTGRES_POSTGRES_H_
#define MODELSERVICE_DB_POSTGRES_POSTGRES_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/db/database.h"

namespace modelservice {

struct PostgresOptions {
  // What libpq takes, without the settings below: a URL or key=value pairs.
  // https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
  std::string connection;

  // Connections that batch single statements.
  int read_lanes = 2;
  int write_lanes = 2;
  // The most statements in one batch.
  int max_batch = 256;

  // Connections for transactions and cursors: `pool_min` from the start, more
  // when they are needed and until they were unused for `pool_idle_timeout`.
  int pool_min = 0;
  int pool_max = 20;
  absl::Duration pool_idle_timeout = absl::Minutes(5);
  // How long a call waits for one, never longer than its deadline.
  absl::Duration pool_wait = absl::Seconds(5);

  // Whether statements are prepared on the server. Not behind a pooler that
  // gives each transaction another connection, like PgBouncer's
  // pool_mode=transaction.
  bool prepare = true;
  // The most prepared statements kept by each connection.
  int max_statements = 256;
};

// Reads `postgresql://...` or `postgres://...`: any URL of libpq, with the
// options above as further settings, like `?pool_max=20&prepare=false`. The
// error says what is wrong with the URL, and holds no password.
absl::StatusOr<PostgresOptions> ParsePostgresUrl(absl::string_view url);

// Connects at once, so that errors show now. The error is one line that names
// the server and the mend.
absl::StatusOr<std::unique_ptr<Database>> OpenPostgres(
    const PostgresOptions& options);

}  // namespace modelservice

#endif  // MODELSERVICE_DB_POSTGRES_POSTGRES_H_
