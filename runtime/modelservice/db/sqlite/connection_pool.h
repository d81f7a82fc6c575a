// Connections for those who need one for a while.
#ifndef MODELSERVICE_DB_SQLITE_CONNECTION_POOL_H_
#define MODELSERVICE_DB_SQLITE_CONNECTION_POOL_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/db/database.h"
#include "modelservice/db/sqlite/connection.h"

namespace modelservice::sqlite {

// Opens connections as they are needed, up to a number, and hands out the one
// that was used last, whose cache is warm. A lease is tied to no thread.
// Thread-safe; outlives its leases.
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

  ConnectionPool(const SqliteOptions& options, Connection::Mode mode, int most);

  // Waits, when all are in use, for at most the busy timeout and the call's
  // deadline, then answers kBusy. `limits` may be null.
  absl::StatusOr<Lease> Take(const CallLimits* limits);

  // Closes the idle connections now and each leased one when it comes back.
  void Close();

 private:
  bool WaitForIdle(std::unique_lock<std::mutex>& lock,
                   const CallLimits* limits);
  void Return(std::unique_ptr<Connection> connection);

  const SqliteOptions options_;
  const Connection::Mode mode_;
  const int most_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int open_ = 0;
  bool closed_ = false;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_CONNECTION_POOL_H_
