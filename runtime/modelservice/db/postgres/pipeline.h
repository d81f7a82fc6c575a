// Several statements in one round trip of a connection.
#ifndef MODELSERVICE_DB_POSTGRES_PIPELINE_H_
#define MODELSERVICE_DB_POSTGRES_PIPELINE_H_

#include <deque>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/database.h"
#include "modelservice/db/postgres/columns.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/libpq.h"

namespace modelservice::postgres {

// Statements are queued, and Send ends a batch of them: the first that fails
// takes the rest of its batch with it. A batch may be sent while earlier ones
// are still to be received. The connection is the pipeline's until Finish;
// without that, it is given up.
class Pipeline {
 public:
  // What the last statement of a batch gave.
  struct Answer {
    Result result;  // null when the batch had none
    Columns columns;
  };

  explicit Pipeline(Connection& connection) : connection_(connection) {}
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Statements without parameters, each ended by a semicolon, which none of
  // them has inside.
  absl::Status Queue(absl::string_view commands);
  // One that the connection has prepared.
  absl::Status Queue(const PreparedStatement& prepared,
                     const Statement& statement);
  absl::Status Send(const CallLimits* limits);

  // Of the batch that was sent first.
  absl::StatusOr<Answer> Receive(const CallLimits* limits);

  // Receives, and forgets, what is to come.
  absl::Status Finish(const CallLimits* limits);

 private:
  // The last statement of a batch.
  struct Last {
    std::string text;
    Columns columns;
  };

  absl::Status Enter();
  absl::Status Lost();

  Connection& connection_;
  Last queued_;
  std::deque<Last> sent_;
};

// Runs `ahead`, as Pipeline::Queue takes it, and then `statement`. `sink` is
// given rows when the connection is free again, and may use it.
absl::StatusOr<Outcome> RunAfter(Connection& connection,
                                 absl::string_view ahead,
                                 const Statement& statement, RowSink& sink,
                                 const CallLimits* limits);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_PIPELINE_H_
