// Single statements that would hold up a lane.
#ifndef MODELSERVICE_DB_POSTGRES_DETOUR_H_
#define MODELSERVICE_DB_POSTGRES_DETOUR_H_

#include <atomic>
#include <memory>
#include <mutex>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/base/task_group.h"
#include "modelservice/database.h"
#include "modelservice/db/postgres/connection_pool.h"
#include "modelservice/db/postgres/slow_statements.h"

namespace modelservice::postgres {

// Runs each of them by itself, on the executor and a connection of the pool; of
// reads and of writes at most half as many at a time as the pool has places, so
// that transactions go on. A write is a transaction of its own, with its limit
// of time. Thread-safe.
class Detour {
 public:
  // `database` gives the executor, and outlives this.
  Detour(Database& database, std::shared_ptr<ConnectionPool> pool);

  // What is known to be slow, and so need not try a lane first.
  bool IsFor(const Statement& statement) const {
    return !statement.quick && slow_.Has(statement.text);
  }
  // A lane has given one up that took long.
  void Learn(const Statement& statement) {
    if (!statement.quick) slow_.Add(statement.text);
  }

  // Runs a read on this thread and an idle connection of the pool, which
  // blocks. False, and nothing done, where there is none or as many do so
  // already as there are lanes: together they are quicker there.
  bool ReadHere(Execution& execution);

  // Does not block. The callbacks come from a thread of the executor or, with a
  // refusal, from this one.
  void Run(Execution& execution);

  // Waits for what runs.
  void Finish();

 private:
  struct Groups {
    Groups(Executor& executor, const PostgresOptions& options);
    TaskGroup reads;
    TaskGroup writes;
  };

  Groups& groups();
  absl::StatusOr<Outcome> Read(Execution& execution);
  absl::StatusOr<Outcome> ReadOn(ConnectionPool::Lease& lease,
                                 Execution& execution);
  absl::StatusOr<Outcome> Write(Execution& execution);

  Database& database_;
  const std::shared_ptr<ConnectionPool> pool_;
  SlowStatements slow_;
  std::atomic<int> here_ = 0;  // in ReadHere
  // Not before there is a need for an executor.
  std::once_flag groups_once_;
  std::unique_ptr<Groups> groups_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_DETOUR_H_
