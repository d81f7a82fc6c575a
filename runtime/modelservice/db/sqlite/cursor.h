// A cursor that reads as it goes.
#ifndef MODELSERVICE_DB_SQLITE_CURSOR_H_
#define MODELSERVICE_DB_SQLITE_CURSOR_H_

#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/db/database.h"
#include "modelservice/db/sqlite/connection_pool.h"

namespace modelservice::sqlite {

// Keeps its connection, and on it the statement in progress, which holds the
// snapshot.
class LiveCursor final : public Cursor {
 public:
  // Comes to the first row, so that the snapshot is of now.
  static absl::StatusOr<std::unique_ptr<Cursor>> Open(
      std::shared_ptr<ConnectionPool> pool, Statement statement,
      const CallLimits* limits);

  void Fetch(size_t max_rows, RowSink& sink,
             absl::AnyInvocable<void(absl::StatusOr<bool>)> done) override;

 private:
  LiveCursor(std::shared_ptr<ConnectionPool> pool,
             ConnectionPool::Lease connection, Statement statement,
             const CallLimits* limits);

  absl::Status Start();
  absl::Status Step();
  absl::Status GiveRows(size_t max_rows, RowSink& sink);

  // In the order in which each needs the one before.
  const std::shared_ptr<ConnectionPool> pool_;
  const Statement statement_;
  const CallLimits* const limits_;
  ConnectionPool::Lease connection_;
  StatementCache::Lease prepared_;
  bool on_row_ = false;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_CURSOR_H_
