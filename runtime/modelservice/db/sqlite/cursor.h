// Cursors that read as they go.
#ifndef MODELSERVICE_DB_SQLITE_CURSOR_H_
#define MODELSERVICE_DB_SQLITE_CURSOR_H_

#include <cstddef>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/base/executor.h"
#include "modelservice/base/mutex.h"
#include "modelservice/database.h"
#include "modelservice/db/copied_rows.h"
#include "modelservice/db/sqlite/connection_pool.h"

namespace modelservice::sqlite {

class SqliteDatabase;

// The cursors of a database: how many there may be, and their way to it, which
// they may outlive. Thread-safe.
class Cursors {
 public:
  // `database` is there until Close.
  Cursors(SqliteDatabase& database, int most)
      : database_(database), most_(most) {}

  // One more, until Remove. RESOURCE_EXHAUSTED naming max_cursors.
  absl::Status Add();
  void Remove();

  // For what may wait: in the database's group of reads.
  void Post(const CallLimits* limits, Executor::Task task);
  // The database's Run.
  absl::StatusOr<Outcome> Run(Statement statement, RowSink& sink,
                              const CallLimits* limits);

  // Waits for those on the way, and answers kConnection from here on.
  void Close();

 private:
  bool Enter();
  void Leave();

  SqliteDatabase& database_;
  const int most_;
  Mutex mutex_;
  CondVar left_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
  int inside_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

// What the cursors share: where the thread must not wait, and a Fetch could, it
// goes to the executor.
class CountedCursor : public Cursor {
 public:
  // Counted by `cursors` already.
  CountedCursor(std::shared_ptr<Cursors> cursors, Statement statement,
                const CallLimits* limits);
  ~CountedCursor() override { cursors_->Remove(); }
  CountedCursor(const CountedCursor&) = delete;
  CountedCursor& operator=(const CountedCursor&) = delete;

  void Fetch(size_t max_rows, RowSink& sink, Done done) final;

 protected:
  // Whether a thread that must not wait can be kept for as long as FetchHere
  // takes.
  virtual bool CanFetchInAHurry() = 0;
  virtual void FetchHere(size_t max_rows, RowSink& sink, Done done) = 0;

  const std::shared_ptr<Cursors> cursors_;
  const Statement statement_;
  const CallLimits* const limits_;
};

// From the first Fetch to the last row it keeps a connection, and on it the
// statement in progress, which holds the snapshot.
class LiveCursor final : public CountedCursor {
 public:
  LiveCursor(std::shared_ptr<ConnectionPool> pool,
             std::shared_ptr<Cursors> cursors, Statement statement,
             const CallLimits* limits);

 private:
  bool CanFetchInAHurry() override;
  void FetchHere(size_t max_rows, RowSink& sink, Done done) override;

  absl::Status Start();
  absl::Status Step();
  absl::Status GiveRows(size_t max_rows, RowSink& sink);

  // In the order in which each needs the one before.
  const std::shared_ptr<ConnectionPool> pool_;
  std::optional<ConnectionPool::Lease> connection_;
  StatementCache::Lease prepared_;
  bool started_ = false;
  bool on_row_ = false;
  // Start's error, on its way to `done`.
  absl::Status fault_;
};

// For a database with one connection, which no cursor may keep: the first Fetch
// reads all rows.
class CopyingCursor final : public CountedCursor {
 public:
  using CountedCursor::CountedCursor;

 private:
  bool CanFetchInAHurry() override { return copied_ != nullptr; }
  void FetchHere(size_t max_rows, RowSink& sink, Done done) override;

  std::unique_ptr<CopiedCursor> copied_;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_CURSOR_H_
