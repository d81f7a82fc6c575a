// One connection to a PostgreSQL server, used by one thread at a time.
#ifndef MODELSERVICE_DB_POSTGRES_CONNECTION_H_
#define MODELSERVICE_DB_POSTGRES_CONNECTION_H_

#include <libpq-fe.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/db/database.h"
#include "modelservice/db/postgres/postgres.h"

namespace modelservice::postgres {

class Connection {
 public:
  // Every session is in UTC, ISO dates and UTF-8, whatever the server's or the
  // user's settings say.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(
      const PostgresOptions& options, const CallLimits* limits);

  // Runs one statement to its end and gives its rows to `sink`. When the limits
  // end first, the statement is cancelled on the server.
  absl::StatusOr<Outcome> Run(const Statement& statement, RowSink& sink,
                              const CallLimits* limits);

  // Run in two halves, for rows that are on their way while the caller does
  // something else. One Receive belongs to each Send.
  absl::Status Send(const Statement& statement, const CallLimits* limits);
  absl::StatusOr<Outcome> Receive(RowSink& sink, const CallLimits* limits);

  // Statements without parameters whose rows nobody wants, separated by
  // semicolons, in one round trip.
  absl::Status Command(absl::string_view sql, const CallLimits* limits);

  // The connection is of no use any more.
  bool lost() const;
  // Whether it is idle and the server has not closed it; asks nothing.
  bool LooksAlive();

  PGconn* handle();
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_CONNECTION_H_
