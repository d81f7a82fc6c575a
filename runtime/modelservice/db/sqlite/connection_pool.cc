#include "modelservice/db/sqlite/connection_pool.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/db/error.h"
#include "modelservice/db/sqlite/errors.h"

namespace modelservice::sqlite {

ConnectionPool::ConnectionPool(const SqliteOptions& options,
                               std::shared_ptr<FilePlace> place,
                               Connection::Mode mode, int most, int cache_bytes)
    : options_(options),
      place_(std::move(place)),
      mode_(mode),
      most_(most),
      cache_bytes_(cache_bytes),
      share_(cache_bytes) {}

absl::StatusOr<ConnectionPool::Lease> ConnectionPool::Take(
    const CallLimits* limits) {
  if (auto status = CheckPlace(); !status.ok()) return status;
  {
    const MutexLock lock(mutex_);
    absl::Status status = WaitForIdle(limits);
    if (!status.ok()) return status;
    if (!idle_.empty()) return Lease(*this, PopIdle());
    ++open_;
    SetShare();
  }
  absl::StatusOr<std::unique_ptr<Connection>> connection =
      Connection::Open(options_, mode_, &statements_);
  if (connection.ok()) {
    (*connection)->KeepPages(share_.load(std::memory_order_relaxed));
    return Lease(*this, *std::move(connection));
  }
  const MutexLock lock(mutex_);
  --open_;
  SetShare();
  returned_.NotifyOne();
  return connection.status();
}

absl::Status ConnectionPool::CheckPlace() const {
  return mode_ == Connection::Mode::kWrite ? place_->Check()
                                           : place_->CheckIfKnown();
}

std::optional<ConnectionPool::Lease> ConnectionPool::TakeIdle() {
  if (!place_->CheckIfKnown().ok()) return std::nullopt;
  const MutexLock lock(mutex_);
  if (idle_.empty() || closed_) return std::nullopt;
  return Lease(*this, PopIdle());
}

std::unique_ptr<Connection> ConnectionPool::PopIdle() {
  std::unique_ptr<Connection> connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

absl::Status ConnectionPool::NoneIsIdle() const {
  return BoundReached(
      mode_ == Connection::Mode::kRead
          ? absl::StrCat("All ", most_,
                         " connections to the database are in use "
                         "(max_readers); try again later.")
          : absl::StrCat("The one connection that a database without a file "
                         "has was in use for longer than ",
                         absl::FormatDuration(options_.busy_timeout),
                         " (busy_timeout); try again later."),
      "DATABASE_BUSY");
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
      return NoneIsIdle();
    }
    returned_.WaitUntil(mutex_,
                        std::min(until, After(absl::Milliseconds(50), now)));
  }
  return closed_ ? ClosedError() : absl::OkStatus();
}

void ConnectionPool::SetShare() {
  share_.store(cache_bytes_ / std::max(1, open_), std::memory_order_relaxed);
}

void ConnectionPool::Return(std::unique_ptr<Connection> connection) {
  connection->KeepPages(share_.load(std::memory_order_relaxed));
  const MutexLock lock(mutex_);
  if (!closed_) idle_.push_back(std::move(connection));
  returned_.NotifyOne();
  // A connection still here is closed on return.
}

void ConnectionPool::Report(absl::string_view pool, Measures& to) {
  const MutexLock lock(mutex_);
  to.AddPool(pool, open_, static_cast<int>(idle_.size()), most_);
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
