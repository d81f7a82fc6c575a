// Connections, and threads to use them on, for those who need one for a while.
#ifndef MODELSERVICE_DB_POSTGRES_CONNECTION_POOL_H_
#define MODELSERVICE_DB_POSTGRES_CONNECTION_POOL_H_

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "modelservice/db/database.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/postgres.h"
#include "modelservice/db/postgres/workers.h"

namespace modelservice::postgres {

// Hands out places, at most `pool_max`, in the order in which they are asked
// for. Whoever has a place has a thread when there is something to do: what
// runs on the workers has a place, and there are as many workers as places.
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
    // Closes the connection instead of giving it back.
    void Drop() { connection_.reset(); }

    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }
    ConnectionPool& pool() const { return *pool_; }

   private:
    std::shared_ptr<ConnectionPool> pool_;
    std::unique_ptr<Connection> connection_;
  };

  using User = absl::AnyInvocable<void(absl::StatusOr<Lease>)>;

  static std::shared_ptr<ConnectionPool> Make(const PostgresOptions& options);
  // Opens the first `pool_min` connections.
  absl::Status Fill();
  ~ConnectionPool();
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  // Runs `user` on a worker once there is a place for it. After `pool_wait`, or
  // when the limits, which may be null, end first, it is called with an error;
  // then, or after Close, on any thread. Does not block.
  void Use(const CallLimits* limits, User user);

  // Runs `task` on a worker, for one who has a place.
  void Run(Workers::Task task) { workers_.Post(std::move(task)); }

  // Waits for all that wait for places or run on the workers, and closes the
  // connections that nobody has. Leases may live on. Called once, and not by
  // what it waits for.
  void Close();

  const PostgresOptions& options() const { return options_; }

 private:
  struct Waiter {
    const CallLimits* limits;
    absl::Time until;
    User user;
  };
  struct Refusal {
    User user;
    absl::Status status;
  };
  struct Idle {
    std::unique_ptr<Connection> connection;
    absl::Time since;
  };

  explicit ConnectionPool(const PostgresOptions& options);

  void Return(std::unique_ptr<Connection> connection);
  // Gives `user` the place that the caller counted for it.
  void Give(User user, std::unique_ptr<Connection> connection);

  // The keeper's work: answers those who have waited for too long and closes
  // what has been idle for too long.
  void Keep();
  std::vector<Refusal> TakeTired(absl::Time now);
  std::vector<std::unique_ptr<Connection>> TakeStale(absl::Time now);
  // When the next of this can come up.
  absl::Time NextLook(absl::Time now) const;
  // Tells the keeper, if it would look later than this.
  void LookBy(absl::Time time);

  const PostgresOptions options_;
  Workers workers_;
  std::mutex mutex_;
  // For the keeper, and for Close.
  std::condition_variable changed_;
  std::condition_variable answered_;
  std::list<Waiter> waiting_;
  bool refusing_ = false;
  // The last one was used last.
  std::vector<Idle> idle_;
  int places_taken_ = 0;
  bool closed_ = false;
  bool stopped_ = false;
  // When the keeper looks without being told.
  absl::Time next_look_ = absl::InfiniteFuture();
  std::thread keeper_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_CONNECTION_POOL_H_
