// A cursor that reads as it goes.
#ifndef MODELSERVICE_DB_POSTGRES_CURSOR_H_
#define MODELSERVICE_DB_POSTGRES_CURSOR_H_

#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/base/executor.h"
#include "modelservice/base/task_group.h"
#include "modelservice/database.h"
#include "modelservice/db/copied_rows.h"
#include "modelservice/db/postgres/columns.h"
#include "modelservice/db/postgres/connection_pool.h"
#include "modelservice/db/postgres/use_count.h"

namespace modelservice::postgres {

// A cursor of the server in a transaction of its own, whose snapshot is of the
// first Fetch. While the rows of one Fetch are given out, as many more are on
// their way for the next.
//
// Has its place in the pool from the first Fetch to the last row. May outlive
// its database, where its thread may wait.
class LiveCursor final : public Cursor {
 public:
  // Where to run what must not wait on the thread that calls. The database has
  // them as long as it is `open`.
  struct Threads {
    std::shared_ptr<UseCount> open;
    TaskGroup& reads;
    Executor& executor;
  };

  LiveCursor(std::shared_ptr<ConnectionPool> pool, const Threads& threads,
             std::shared_ptr<void> counted, Statement statement,
             const CallLimits* limits);
  ~LiveCursor() override;

  void Fetch(size_t max_rows, RowSink& sink, Done done) override;

 private:
  // The place in the pool and the transaction there.
  class Session;

  // On a thread that may wait.
  void FetchHere(size_t max_rows, RowSink& sink, Done done);
  absl::StatusOr<bool> Read(size_t max_rows, RowSink& sink);
  // Gives of `spare_`.
  absl::StatusOr<bool> GiveSpare(size_t max_rows, RowSink& sink);

  const std::shared_ptr<ConnectionPool> pool_;
  const Threads threads_;
  std::shared_ptr<void> counted_;  // until it has ended
  const Statement statement_;
  const CallLimits* const limits_;
  std::unique_ptr<Session> session_;
  RowReader reader_;
  // Whether no more rows are to come from the server.
  bool ended_ = false;
  // Those beyond what a Fetch wanted that wants fewer than the one before.
  CopiedRows spare_;
  size_t next_spare_ = 0;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_CURSOR_H_
