#include "modelservice/db/postgres/connection_pool.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/base/status_details.h"
#include "modelservice/base/waiting.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/errors.h"
#include "modelservice/db/postgres/watch.h"

namespace modelservice::postgres {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(20);
constexpr absl::Duration kLongestPause = absl::Milliseconds(250);

}  // namespace

ConnectionPool::Lease::Lease(std::shared_ptr<ConnectionPool> pool,
                             std::unique_ptr<Connection> connection)
    : pool_(std::move(pool)), connection_(std::move(connection)) {}

ConnectionPool::Lease::~Lease() {
  if (pool_ == nullptr) return;
  // Whoever had it should have ended its transaction.
  if (connection_ != nullptr &&
      (connection_->lost() ||
       PQtransactionStatus(connection_->handle()) != PQTRANS_IDLE)) {
    connection_.reset();
  }
  pool_->Return(std::move(connection_));
}

absl::Status ConnectionPool::Lease::Connect(const CallLimits* limits) {
  if (connection_ != nullptr && connection_->LooksAlive()) {
    return absl::OkStatus();
  }
  connection_.reset();
  const SteadyTime until = After(pool_->options_.pool_wait);
  absl::Duration pause = kFirstPause;
  while (true) {
    absl::Status status = CheckLimits(limits);
    if (!status.ok()) return status;
    absl::StatusOr<std::unique_ptr<Connection>> connection =
        Connection::Open(pool_->options_, limits);
    if (connection.ok()) {
      connection_ = *std::move(connection);
      connection_->CountStatements(pool_->statements_);
      return absl::OkStatus();
    }
    if (!HasKind(connection.status(), DatabaseError::Kind::kConnection) ||
        pause > Until(until)) {
      return connection.status();
    }
    absl::SleepFor(pause);
    pause = std::min(2 * pause, kLongestPause);
  }
}

std::shared_ptr<ConnectionPool> ConnectionPool::Make(
    const PostgresOptions& options) {
  return std::shared_ptr<ConnectionPool>(new ConnectionPool(options));
}

ConnectionPool::ConnectionPool(const PostgresOptions& options)
    : options_(options),
      keeper_("the pool of PostgreSQL's connections", [this] { Keep(); }) {}

ConnectionPool::~ConnectionPool() = default;

absl::Status ConnectionPool::Fill() {
  if (!keeper_.status().ok()) return keeper_.status();
  for (int i = 0; i < options_.pool_min; ++i) {
    absl::StatusOr<std::unique_ptr<Connection>> connection =
        Connection::Open(options_, nullptr);
    if (!connection.ok()) return connection.status();
    (*connection)->CountStatements(statements_);
    const MutexLock lock(mutex_);
    idle_.push_back({*std::move(connection), SteadyNow()});
  }
  return absl::OkStatus();
}

absl::StatusOr<ConnectionPool::Lease> ConnectionPool::Take(
    const CallLimits* limits) {
  absl::Status status = CheckLimits(limits);
  if (!status.ok()) return status;
  const MutexLock lock(mutex_);
  if (closed_) return ClosedError();
  if (places_taken_ == options_.pool_max) {
    Waiter waiter;
    const SteadyTime start = SteadyNow();
    status = Wait(waiter, limits);
    waits_.Add(Since(start));
    if (!status.ok()) return status;
    return Lease(shared_from_this(), std::move(waiter.connection));
  }
  ++places_taken_;
  std::unique_ptr<Connection> connection;
  if (!idle_.empty()) {
    connection = std::move(idle_.back().connection);
    idle_.pop_back();
  }
  return Lease(shared_from_this(), std::move(connection));
}

std::optional<ConnectionPool::Lease> ConnectionPool::TakeIdle() {
  const MutexLock lock(mutex_);
  if (closed_ || idle_.empty() || places_taken_ == options_.pool_max) {
    return std::nullopt;
  }
  ++places_taken_;
  std::unique_ptr<Connection> connection = std::move(idle_.back().connection);
  idle_.pop_back();
  return Lease(shared_from_this(), std::move(connection));
}

// Wakes up now and then, for nobody tells when a call is cancelled.
absl::Status ConnectionPool::Wait(Waiter& waiter, const CallLimits* limits) {
  const SteadyTime until = After(options_.pool_wait);
  waiting_.push_back(&waiter);
  absl::Status status;
  while (!waiter.has_place) {
    status = closed_ ? ClosedError() : CheckLimits(limits);
    if (status.ok() && until <= SteadyNow()) {
      ++refused_;
      status = BoundReached(
          absl::StrCat("All ", options_.pool_max,
                       " connections of the pool are in use (pool_max); try "
                       "again later."),
          "DATABASE_BUSY");
    }
    if (!status.ok()) {
      waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &waiter));
      break;
    }
    waiter.given.WaitUntil(
        mutex_, limits == nullptr
                    ? until
                    : std::min({until, limits->ends_at(), After(kLookEvery)}));
  }
  return status;
}

void ConnectionPool::Return(std::unique_ptr<Connection> connection) {
  const MutexLock lock(mutex_);
  if (!waiting_.empty()) {
    Waiter& next = *waiting_.front();
    waiting_.pop_front();
    next.has_place = true;
    next.connection = std::move(connection);
    next.given.NotifyOne();
    return;
  }
  --places_taken_;
  if (connection != nullptr && !closed_) {
    const bool keeper_sleeps = StaleAt() == kNever;
    idle_.push_back({std::move(connection), SteadyNow()});
    if (keeper_sleeps) changed_.NotifyOne();
  }
  // A connection still here is closed on return, outside of the lock.
}

size_t ConnectionPool::waiting() const {
  const MutexLock lock(mutex_);
  return waiting_.size();
}

void ConnectionPool::Report(Measures& to) const {
  const MutexLock lock(mutex_);
  const int idle = static_cast<int>(idle_.size());
  to.AddPool("pool", places_taken_ + idle, idle, options_.pool_max);
  // All calls may wait there, each for as long as pool_wait.
  to.AddQueue("pool", waiting_.size(), /*most=*/0, refused_);
  to.AddHistogram("modelservice_pool_wait_seconds",
                  "How long those who had to waited for a connection.", {},
                  waits_);
  to.AddCache("statements", statements_);
}

void ConnectionPool::Keep() {
  const NoWaiting no_waiting;
  MutexLock lock(mutex_);
  while (!closed_) {
    std::vector<std::unique_ptr<Connection>> stale = TakeStale(SteadyNow());
    if (stale.empty()) {
      changed_.WaitUntil(mutex_, StaleAt());
      continue;
    }
    lock.Unlock();
    stale.clear();
    lock.Lock();
  }
}

std::vector<std::unique_ptr<Connection>> ConnectionPool::TakeStale(
    SteadyTime now) {
  std::vector<std::unique_ptr<Connection>> stale;
  while (StaleAt() <= now) {
    stale.push_back(std::move(idle_.front().connection));
    idle_.erase(idle_.begin());
  }
  return stale;
}

SteadyTime ConnectionPool::StaleAt() const {
  if (static_cast<int>(idle_.size()) <= options_.pool_min) return kNever;
  return After(options_.pool_idle_timeout, idle_.front().since);
}

void ConnectionPool::Close() {
  std::vector<Idle> idle;
  {
    const MutexLock lock(mutex_);
    if (closed_) return;
    closed_ = true;
    changed_.NotifyAll();
    for (Waiter* const waiter : waiting_) waiter->given.NotifyOne();
    idle.swap(idle_);
  }
  keeper_.Join();
}

}  // namespace modelservice::postgres
