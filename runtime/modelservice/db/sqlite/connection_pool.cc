#include "modelservice/db/sqlite/connection_pool.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/db/error.h"
#include "modelservice/db/sqlite/errors.h"

namespace modelservice::sqlite {
namespace {

// How often a connection's cache is looked at, in uses of the connection.
constexpr int kLookAtCache = 32;

int64_t CacheBytes(sqlite3* handle) {
  int used = 0;
  int high_water = 0;
  sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_USED, &used, &high_water,
                    /*resetFlg=*/0);
  return used;
}

}  // namespace

ConnectionPool::ConnectionPool(const SqliteOptions& options,
                               Connection::Mode mode, int most)
    : options_(options), mode_(mode), most_(most) {}

absl::StatusOr<ConnectionPool::Lease> ConnectionPool::Take(
    const CallLimits* limits) {
  {
    const MutexLock lock(mutex_);
    absl::Status status = WaitForIdle(limits);
    if (!status.ok()) return status;
    if (!idle_.empty()) return Lease(*this, PopIdle());
    ++open_;
  }
  absl::StatusOr<std::unique_ptr<Connection>> connection =
      Connection::Open(options_, mode_);
  if (connection.ok()) return Lease(*this, *std::move(connection));
  const MutexLock lock(mutex_);
  --open_;
  returned_.NotifyOne();
  return connection.status();
}

std::optional<ConnectionPool::Lease> ConnectionPool::TakeIdle() {
  const MutexLock lock(mutex_);
  if (idle_.empty() || closed_) return std::nullopt;
  return Lease(*this, PopIdle());
}

std::unique_ptr<Connection> ConnectionPool::PopIdle() {
  std::unique_ptr<Connection> connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

// Until there is a connection, or room for one. Wakes up now and then, for
// nobody tells when a call is cancelled.
absl::Status ConnectionPool::WaitForIdle(const CallLimits* limits) {
  const SteadyTime until = After(options_.busy_timeout);
  while (!closed_ && idle_.empty() && open_ >= most_) {
    absl::Status status = CheckLimits(limits);
    if (!status.ok()) return status;
    const SteadyTime now = SteadyNow();
    if (now >= until) {
      return BoundReached(
          absl::StrCat("All ", most_,
                       " connections to the database are in use "
                       "(max_readers); try again later."),
          "DATABASE_BUSY");
    }
    returned_.WaitUntil(mutex_,
                        std::min(until, After(absl::Milliseconds(50), now)));
  }
  return closed_ ? ClosedError() : absl::OkStatus();
}

void ConnectionPool::Return(std::unique_ptr<Connection> connection) {
  const bool look = ++connection->uses_ % kLookAtCache == 0;
  if (look) connection->cache_bytes_ = CacheBytes(connection->handle());
  const MutexLock lock(mutex_);
  if (!closed_) idle_.push_back(std::move(connection));
  if (look) EmptyCaches();
  returned_.NotifyOne();
  // A connection still here is closed on return.
}

void ConnectionPool::EmptyCaches() {
  int64_t left = options_.cache_size;
  for (auto it = idle_.rbegin(); it != idle_.rend(); ++it) {
    Connection& connection = **it;
    left -= connection.cache_bytes_;
    if (left >= 0 || connection.cache_bytes_ == 0) continue;
    sqlite3_db_release_memory(connection.handle());
    connection.cache_bytes_ = 0;
  }
}

void ConnectionPool::Close() {
  std::vector<std::unique_ptr<Connection>> idle;
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    idle.swap(idle_);
  }
  returned_.NotifyAll();
}

}  // namespace modelservice::sqlite
