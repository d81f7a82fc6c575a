// One connection to a PostgreSQL server, used by one thread at a time.
#ifndef MODELSERVICE_DB_POSTGRES_CONNECTION_H_
#define MODELSERVICE_DB_POSTGRES_CONNECTION_H_

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/measures.h"
#include "modelservice/database.h"
#include "modelservice/db/postgres/cancellation.h"
#include "modelservice/db/postgres/columns.h"
#include "modelservice/db/postgres/libpq.h"
#include "modelservice/db/postgres/parameters.h"
#include "modelservice/db/postgres/statement_cache.h"
#include "modelservice/db/postgres/watch.h"
#include "modelservice/postgres.h"

namespace modelservice::postgres {

// The rows that a statement has inserted, updated or deleted.
int64_t ChangesOf(const PGresult* result);

class Connection {
 public:
  // Every session is in UTC, ISO dates and UTF-8, whatever the server's or the
  // user's settings say.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(
      const PostgresOptions& options, const CallLimits* limits);
  // Counts from now on how often a statement was prepared already. `statements`
  // outlives the connection.
  void CountStatements(CacheCounts& statements) { counts_ = &statements; }

  // Runs one statement to its end and gives its rows to `sink`. When the limits
  // end first, the statement is cancelled on the server. Outside of a
  // transaction, what the server has done when the sink refuses a row stays.
  absl::StatusOr<Outcome> Run(const Statement& statement, RowSink& sink,
                              const CallLimits* limits);

  // Run in two halves, for rows that are on their way while the caller does
  // something else. One Receive belongs to each Send that went well.
  absl::Status Send(const Statement& statement, const CallLimits* limits);
  absl::StatusOr<Outcome> Receive(RowSink& sink, const CallLimits* limits);

  // Statements without parameters whose rows nobody wants, separated by
  // semicolons, in one round trip.
  absl::Status Command(absl::string_view sql, const CallLimits* limits);

  // The connection is of no use any more.
  bool lost() const {
    return lost_ || PQstatus(handle_.get()) != CONNECTION_OK;
  }
  // Whether it is idle and the server has not closed it, nor told of an end of
  // its writing; asks nothing.
  bool LooksAlive();

  // The rest is for what the above does not cover, like lanes and COPY. The
  // handle is in libpq's nonblocking mode.
  PGconn* handle() { return handle_.get(); }

  // Hands over to the network what libpq has kept back.
  absl::Status Flush(Watch& watch);
  absl::Status Flush(const CallLimits* limits);

  // PQgetResult without its blocking. When the watch gives up, what runs is
  // cancelled on the server, and its result is still waited for, a second at
  // most. An error means that the connection is lost.
  absl::StatusOr<Result> NextResult(Watch& watch);
  absl::StatusOr<Result> NextResult(const CallLimits* limits);

  // Belongs after the last result of what was sent together. The error of the
  // watch that gave up meanwhile, if any: the results may be those of a
  // cancelled statement.
  absl::Status EndOfResults();

  // Whether a watch has given up since the last EndOfResults.
  bool interrupted() const { return cancellation_ != nullptr; }

  // The statement with this text; null when it has to be prepared.
  PreparedStatement* Find(absl::string_view text) {
    return statements_.Find(text);
  }
  // The same for one that is to run: it counts.
  PreparedStatement* Look(absl::string_view text) {
    PreparedStatement* const found = Find(text);
    if (counts_ != nullptr) counts_->Note(found != nullptr);
    return found;
  }
  // Look, or PrepareOne.
  absl::StatusOr<PreparedStatement*> FindOrPrepare(absl::string_view text,
                                                   const CallLimits* limits);
  // One that is not there. Not while a pipeline has answers to come.
  absl::StatusOr<PreparedStatement*> PrepareOne(absl::string_view text,
                                                const CallLimits* limits);
  // Prepares many in one round trip, each after `ahead`, a SELECT, unless that
  // is empty. The status of each goes to `statuses`. An error means that the
  // connection is lost.
  absl::Status Prepare(absl::Span<const absl::string_view> texts,
                       const std::string& ahead, Watch& watch,
                       std::vector<absl::Status>* statuses);
  // After an error that IsStale: the statement will be prepared anew.
  void Forget(absl::string_view text, const PGresult* error);

  // Encodes the parameters and hands the statement to libpq.
  absl::Status Queue(const PreparedStatement& prepared,
                     const Statement& statement);

  // What a result that is no error says, its rows given to `sink`.
  absl::StatusOr<Outcome> Read(const PGresult* result,
                               const PreparedStatement& prepared,
                               RowSink& sink);

  // Forgets prepared statements beyond max_statements; none is in use.
  void DropOldest() { statements_.DropOldest(); }

  // Closed from our side: what it was running is of no interest.
  void GiveUp() { lost_ = true; }
  // Takes in what a statement's error says of the connection.
  void NoteError(const PGresult* result);
  // Only reads go through it, and a new one may be to a primary.
  bool of_standby() const { return of_standby_; }

 private:
  Connection(Libpq<PGconn> handle, const PostgresOptions& options);

  // Makes those types of prepared statements' parameters that are domains the
  // types behind these, which is what their values are sent as. A statement for
  // which the server did not say it, as when its time was over, is forgotten,
  // and its status says why.
  absl::Status LearnDomains(absl::Span<const absl::string_view> texts,
                            const std::string& ahead, Watch& watch,
                            std::vector<absl::Status>* statuses);
  absl::Status ApplySettings(bool prepare, const CallLimits* limits);
  // Sleeps until the socket is ready for one of `events`.
  absl::Status Wait(short events, Watch& watch);
  absl::Status Lost();

  const Libpq<PGconn> handle_;
  bool lost_ = false;
  bool of_standby_ = false;
  StatementCache statements_;
  CacheCounts* counts_ = nullptr;
  // Of types that are not the server's own: what is behind them, or themselves.
  absl::flat_hash_map<Oid, Oid> bases_;
  Parameters parameters_;
  RowReader reader_;

  const PreparedStatement* sent_ = nullptr;  // by Send
  bool stale_ = false;  // what Receive got, outside of a transaction

  // Of what is running, once a watch has given up.
  std::shared_ptr<const Cancellation> cancellation_;
  absl::Status gave_up_;
  SteadyTime lost_at_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_CONNECTION_H_
