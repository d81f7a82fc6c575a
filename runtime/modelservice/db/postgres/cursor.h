// A cursor that reads as it goes.
#ifndef MODELSERVICE_DB_POSTGRES_CURSOR_H_
#define MODELSERVICE_DB_POSTGRES_CURSOR_H_

#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/db/copied_rows.h"
#include "modelservice/db/database.h"
#include "modelservice/db/postgres/columns.h"
#include "modelservice/db/postgres/connection_pool.h"

namespace modelservice::postgres {

// A cursor of the server in a transaction of its own, whose snapshot is of the
// first Fetch. While the rows of one Fetch are given out, as many more are on
// their way for the next.
//
// Has its place in the pool from the first Fetch to the last row, and a thread
// while Fetch works.
class LiveCursor final : public Cursor {
 public:
  LiveCursor(std::shared_ptr<ConnectionPool> pool, Statement statement,
             const CallLimits* limits);
  ~LiveCursor() override;

  void Fetch(size_t max_rows, RowSink& sink,
             absl::AnyInvocable<void(absl::StatusOr<bool>)> done) override;

 private:
  using Done = absl::AnyInvocable<void(absl::StatusOr<bool>)>;
  // The place in the pool and the transaction there.
  class Session;

  // On a worker.
  void Step(size_t max_rows, RowSink& sink, Done done);
  absl::StatusOr<bool> Read(size_t max_rows, RowSink& sink);
  // Gives of `spare_`.
  absl::StatusOr<bool> GiveSpare(size_t max_rows, RowSink& sink);

  const std::shared_ptr<ConnectionPool> pool_;
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
