// The PostgreSQL backend: pipelined lanes for single statements, and a pool of
// connections for transactions, cursors and what would hold up a lane.
//
//   absl::StatusOr<PostgresOptions> options =
//       ParsePostgresUrl("postgresql://shop@db.example/shop?sslmode=require");
//   if (!options.ok()) return options.status();
//   absl::StatusOr<std::unique_ptr<Database>> db = OpenPostgres(*options);
//
// Statements of Execute that come while a batch of a lane is in flight make the
// next batch: one implicit transaction, one commit. Reads and writes have lanes
// of their own. Bodies and cursors have a connection of the pool for as long as
// they last. A statement that takes long, or waits for a lock, is given up by
// its lane and runs alone, on the executor and a connection of the pool. A read
// whose thread waits for it, as in Run, takes an idle connection of the pool
// where there is one: a lane is twice from thread to thread.
//
// Inside of a body of this database the reads of Execute and Open join its
// transaction, as the blocking methods do; a write of Execute is one of its
// own, and a body that waits for it may wait for itself. A cursor has the
// snapshot of its first Fetch.
#ifndef MODELSERVICE_POSTGRES_H_
#define MODELSERVICE_POSTGRES_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/database.h"

namespace modelservice {

struct PostgresOptions {
  // What libpq takes, without the settings below: a URL or key=value pairs.
  // https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
  std::string connection;

  // Connections that batch single statements.
  int read_lanes = 2;
  int write_lanes = 2;
  // The most statements in one batch, and the most bytes of their parameters.
  int max_batch = 256;
  int max_batch_bytes = 16 << 20;
  // The most statements that wait for the lanes of a kind.
  int max_queue = 10000;
  // How long a statement may take in a lane; half of it for a lock.
  absl::Duration slow_statement = absl::Milliseconds(100);

  // Connections for transactions and cursors: `pool_min` from the start, more
  // when they are needed and until they were unused for `pool_idle_timeout`.
  int pool_min = 0;
  int pool_max = 20;
  absl::Duration pool_idle_timeout = absl::Minutes(5);
  // How long a call waits for one, never longer than its deadline.
  absl::Duration pool_wait = absl::Seconds(5);
  // The most open cursors; half of `pool_max` where there is nothing else said.
  std::optional<int> max_cursors;
  // How long a transaction may take that writes, since others may wait for what
  // it has locked.
  absl::Duration max_write_time = absl::Seconds(5);

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

#endif  // MODELSERVICE_POSTGRES_H_
