// Connections for those who need one for a while.
#ifndef MODELSERVICE_DB_SQLITE_CONNECTION_POOL_H_
#define MODELSERVICE_DB_SQLITE_CONNECTION_POOL_H_

#include <atomic>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/base/measures.h"
#include "modelservice/base/mutex.h"
#include "modelservice/database.h"
#include "modelservice/db/sqlite/connection.h"
#include "modelservice/db/sqlite/file_place.h"

namespace modelservice::sqlite {

// Opens connections as they are needed, up to a number, and hands out the one
// that was used last, whose cache is warm. A lease is tied to no thread.
// Thread-safe; outlives its leases.
//
// Each connection may keep its share of `cache_bytes` of the file's pages. When
// more are opened, the shares get smaller: of each at its next return, so what
// is in use may have more for a while.
class ConnectionPool {
 public:
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    ~Lease() {
      if (connection_ != nullptr) pool_->Return(std::move(connection_));
    }
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  ConnectionPool(const SqliteOptions& options, std::shared_ptr<FilePlace> place,
                 Connection::Mode mode, int most, int cache_bytes);

  // Waits, when all are in use, for at most the busy timeout and the call's
  // deadline; then RESOURCE_EXHAUSTED naming the setting. `limits` may be null.
  // kConnection when the file is not in its place: to write, that is asked each
  // time.
  absl::StatusOr<Lease> Take(const CallLimits* limits);
  // One that is idle; none when that would have to be waited for or opened.
  std::optional<Lease> TakeIdle();

  // How many are open and in use.
  void Report(absl::string_view pool, Measures& to);
  // How often its connections had prepared a statement already.
  const CacheCounts& statements() const { return statements_; }

  // Closes the idle connections now and each leased one when it comes back.
  void Close();

 private:
  absl::Status WaitForIdle(const CallLimits* limits)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::unique_ptr<Connection> PopIdle() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Return(std::unique_ptr<Connection> connection);
  // After `open_` has changed.
  void SetShare() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status NoneIsIdle() const;
  absl::Status CheckPlace() const;

  const SqliteOptions options_;
  const std::shared_ptr<FilePlace> place_;
  const Connection::Mode mode_;
  const int most_;
  const int cache_bytes_;
  // Of each connection.
  std::atomic<int> share_;
  CacheCounts statements_;
  Mutex mutex_;
  CondVar returned_;
  // The last one was used last.
  std::vector<std::unique_ptr<Connection>> idle_ ABSL_GUARDED_BY(mutex_);
  int open_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_CONNECTION_POOL_H_
