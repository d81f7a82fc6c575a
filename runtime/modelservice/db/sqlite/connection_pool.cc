#include "modelservice/db/sqlite/connection_pool.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/db/error.h"
#include "modelservice/db/sqlite/errors.h"

namespace modelservice::sqlite {

ConnectionPool::ConnectionPool(const SqliteOptions& options,
                               Connection::Mode mode, int most)
    : options_(options), mode_(mode), most_(most) {}

absl::StatusOr<ConnectionPool::Lease> ConnectionPool::Take(
    const CallLimits* limits) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (idle_.empty() && open_ >= most_ && !WaitForIdle(lock, limits)) {
    return MakeDatabaseError(
        DatabaseError::Kind::kBusy,
        absl::StrCat("all ", most_, " connections are in use"));
  }
  if (closed_) return ClosedError();
  if (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    return Lease(*this, std::move(connection));
  }
  ++open_;
  lock.unlock();
  absl::StatusOr<std::unique_ptr<Connection>> connection =
      Connection::Open(options_, mode_);
  if (connection.ok()) return Lease(*this, *std::move(connection));
  lock.lock();
  --open_;
  returned_.notify_one();
  return connection.status();
}

// Whether there is a connection now, or room for one. Wakes up now and then,
// for nobody tells when a call is cancelled.
bool ConnectionPool::WaitForIdle(std::unique_lock<std::mutex>& lock,
                                 const CallLimits* limits) {
  const absl::Time until = absl::Now() + options_.busy_timeout;
  while (!closed_ && idle_.empty() && open_ >= most_) {
    const absl::Duration left = until - absl::Now();
    if (left <= absl::ZeroDuration() || !CheckLimits(limits).ok()) return false;
    returned_.wait_for(
        lock, absl::ToChronoMilliseconds(std::clamp(left, absl::Milliseconds(1),
                                                    absl::Milliseconds(50))));
  }
  return true;
}

void ConnectionPool::Return(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!closed_) idle_.push_back(std::move(connection));
  }
  // A connection still here is closed on return, outside of the lock.
  returned_.notify_one();
}

void ConnectionPool::Close() {
  std::vector<std::unique_ptr<Connection>> idle;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
    idle.swap(idle_);
  }
  returned_.notify_all();
}

}  // namespace modelservice::sqlite
