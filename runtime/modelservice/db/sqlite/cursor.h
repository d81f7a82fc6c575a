// Cursors that read as they go.
#ifndef MODELSERVICE_DB_SQLITE_CURSOR_H_
#define MODELSERVICE_DB_SQLITE_CURSOR_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/base/task_group.h"
#include "modelservice/db/copied_rows.h"
#include "modelservice/db/database.h"
#include "modelservice/db/sqlite/connection_pool.h"

namespace modelservice::sqlite {

// How many cursors are open, and the most that may be.
class CursorCount {
 public:
  explicit CursorCount(int most) : most_(most) {}

  // Counts one until the last copy goes. RESOURCE_EXHAUSTED naming max_cursors.
  absl::StatusOr<std::shared_ptr<void>> Add();

 private:
  const int most_;
  const std::shared_ptr<std::atomic<int>> open_ =
      std::make_shared<std::atomic<int>>(0);
};

// From the first Fetch to the last row it keeps a connection, and on it the
// statement in progress, which holds the snapshot.
class LiveCursor final : public Cursor {
 public:
  // Where a thread must not wait, Fetch runs in `slow`.
  LiveCursor(std::shared_ptr<ConnectionPool> pool, TaskGroup& slow,
             std::shared_ptr<void> counted, Statement statement,
             const CallLimits* limits);

  void Fetch(size_t max_rows, RowSink& sink, Done done) override;

 private:
  // Whether this thread can be kept for as long as a Fetch takes.
  bool CanFetchHere();
  void FetchHere(size_t max_rows, RowSink& sink, Done done);
  absl::Status Start();
  absl::Status Step();
  absl::Status GiveRows(size_t max_rows, RowSink& sink);

  // In the order in which each needs the one before.
  const std::shared_ptr<ConnectionPool> pool_;
  TaskGroup& slow_;
  const std::shared_ptr<void> counted_;
  const Statement statement_;
  const CallLimits* const limits_;
  std::optional<ConnectionPool::Lease> connection_;
  StatementCache::Lease prepared_;
  bool started_ = false;
  bool on_row_ = false;
};

// For a database with one connection, which no cursor may keep: the first Fetch
// reads all rows.
class CopyingCursor final : public Cursor {
 public:
  CopyingCursor(Database& database, TaskGroup& slow, Statement statement,
                const CallLimits* limits)
      : database_(database),
        slow_(slow),
        statement_(std::move(statement)),
        limits_(limits) {}

  void Fetch(size_t max_rows, RowSink& sink, Done done) override;

 private:
  void FetchHere(size_t max_rows, RowSink& sink, Done done);

  Database& database_;
  TaskGroup& slow_;
  Statement statement_;
  const CallLimits* const limits_;
  std::unique_ptr<CopiedCursor> copied_;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_CURSOR_H_
