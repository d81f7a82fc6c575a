// Connections for those who need one for a while.
#ifndef MODELSERVICE_DB_POSTGRES_CONNECTION_POOL_H_
#define MODELSERVICE_DB_POSTGRES_CONNECTION_POOL_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/measures.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/thread.h"
#include "modelservice/database.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/postgres.h"

namespace modelservice::postgres {

// Hands out places, at most `pool_max`, in the order in which they are asked
// for.
//
// Connections are opened in their places when they are needed, and used again:
// the last one used first, so that the others become idle and are closed.
// Thread-safe. Close must be called before the last reference goes.
class ConnectionPool : public std::enable_shared_from_this<ConnectionPool> {
 public:
  // One place. Tied to no thread.
  class Lease {
   public:
    Lease(std::shared_ptr<ConnectionPool> pool,
          std::unique_ptr<Connection> connection);
    // Gives the connection back unless it is lost.
    ~Lease();
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;

    // Makes sure that there is a connection and that the server has not closed
    // it. Tries again while the server cannot be reached, as long as the call
    // and `pool_wait` allow: it may be starting. Blocks.
    absl::Status Connect(const CallLimits* limits);
    // Whether a connection that there was is of no use any more.
    bool lost() const { return connection_ != nullptr && connection_->lost(); }
    // Closes the connection instead of giving it back.
    void Drop() { connection_.reset(); }

    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    std::shared_ptr<ConnectionPool> pool_;
    std::unique_ptr<Connection> connection_;
  };

  static std::shared_ptr<ConnectionPool> Make(const PostgresOptions& options);
  // Opens the first `pool_min` connections.
  absl::Status Fill();
  ~ConnectionPool();
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  // Waits for a place, but not longer than `pool_wait` or the limits, which may
  // be null, allow: RESOURCE_EXHAUSTED naming pool_max, or what CheckLimits
  // says.
  absl::StatusOr<Lease> Take(const CallLimits* limits);

  // A place with a connection, if there is one that nobody waits for.
  std::optional<Lease> TakeIdle();

  // How many wait for a place.
  size_t waiting() const;

  // How many are in use, and how many wait for a place.
  void Report(Measures& to) const;

  // Closes the connections that nobody has. Those who wait, and come later, are
  // refused. Leases may live on. Once, or again.
  void Close();

  const PostgresOptions& options() const { return options_; }

 private:
  // All of it is guarded by mutex_.
  struct Waiter {
    CondVar given;
    bool has_place = false;
    std::unique_ptr<Connection> connection;
  };
  struct Idle {
    std::unique_ptr<Connection> connection;
    SteadyTime since;
  };

  explicit ConnectionPool(const PostgresOptions& options);

  absl::Status Wait(Waiter& waiter, const CallLimits* limits)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Return(std::unique_ptr<Connection> connection);

  // The keeper's work: closes what has been idle for too long.
  void Keep();
  std::vector<std::unique_ptr<Connection>> TakeStale(SteadyTime now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // When the next one will have been; kNever when none will.
  SteadyTime StaleAt() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const PostgresOptions options_;
  // Before the connections, which add to it.
  CacheCounts statements_;
  mutable Mutex mutex_;
  CondVar changed_;  // for the keeper
  std::deque<Waiter*> waiting_ ABSL_GUARDED_BY(mutex_);
  // The last one was used last.
  std::vector<Idle> idle_ ABSL_GUARDED_BY(mutex_);
  int places_taken_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  Histogram waits_{Histogram::kSeconds};
  Thread keeper_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_CONNECTION_POOL_H_
