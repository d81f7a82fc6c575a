// Cursors: one that reads as it goes, and one that has read everything.
#ifndef MODELSERVICE_DB_SQLITE_CURSOR_H_
#define MODELSERVICE_DB_SQLITE_CURSOR_H_

#include <cstddef>
#include <memory>
#include <vector>

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

// Rows that are copied while they are read, and can be read again.
class CopiedRows final : public RowSink {
 public:
  absl::Status OnRow(Row row) override;
  void OnRestart() override;

  size_t size() const { return row_count_; }
  Row row(size_t index) const {
    return Row(values_).subspan(index * columns_, columns_);
  }

 private:
  std::vector<Value> values_;
  TextArena texts_;
  size_t columns_ = 0;
  size_t row_count_ = 0;
};

// For where nothing can stay open: inside of a transaction that ends, and in a
// database of one connection.
class CopiedCursor final : public Cursor {
 public:
  explicit CopiedCursor(std::unique_ptr<CopiedRows> rows)
      : rows_(std::move(rows)) {}

  void Fetch(size_t max_rows, RowSink& sink,
             absl::AnyInvocable<void(absl::StatusOr<bool>)> done) override;

 private:
  const std::unique_ptr<CopiedRows> rows_;
  size_t next_ = 0;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_CURSOR_H_
