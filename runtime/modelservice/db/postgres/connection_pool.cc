#include "modelservice/db/postgres/connection_pool.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/errors.h"

namespace modelservice::postgres {
namespace {

// How often the keeper looks whether a waiting call was cancelled, for nobody
// tells.
constexpr absl::Duration kLook = absl::Milliseconds(50);

constexpr absl::Duration kFirstPause = absl::Milliseconds(20);
constexpr absl::Duration kLongestPause = absl::Milliseconds(250);

bool IsConnectionError(const absl::Status& status) {
  const auto error = GetDatabaseError(status);
  return error.has_value() && error->kind == DatabaseError::Kind::kConnection;
}

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
  const absl::Time until = absl::Now() + pool_->options_.pool_wait;
  absl::Duration pause = kFirstPause;
  while (true) {
    absl::Status status = CheckLimits(limits);
    if (!status.ok()) return status;
    absl::StatusOr<std::unique_ptr<Connection>> connection =
        Connection::Open(pool_->options_, limits);
    if (connection.ok()) {
      connection_ = *std::move(connection);
      return absl::OkStatus();
    }
    if (!IsConnectionError(connection.status()) ||
        absl::Now() + pause > until) {
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
      workers_(options.pool_max, options.pool_idle_timeout),
      keeper_([this] { Keep(); }) {}

ConnectionPool::~ConnectionPool() = default;

absl::Status ConnectionPool::Fill() {
  for (int i = 0; i < options_.pool_min; ++i) {
    absl::StatusOr<std::unique_ptr<Connection>> connection =
        Connection::Open(options_, nullptr);
    if (!connection.ok()) return connection.status();
    const std::lock_guard<std::mutex> lock(mutex_);
    idle_.push_back({*std::move(connection), absl::Now()});
  }
  return absl::OkStatus();
}

void ConnectionPool::Use(const CallLimits* limits, User user) {
  absl::Status status = CheckLimits(limits);
  std::unique_lock<std::mutex> lock(mutex_);
  if (status.ok() && closed_) status = ClosedError();
  if (!status.ok()) {
    lock.unlock();
    user(std::move(status));
    return;
  }
  if (places_taken_ < options_.pool_max) {
    ++places_taken_;
    std::unique_ptr<Connection> connection;
    if (!idle_.empty()) {
      connection = std::move(idle_.back().connection);
      idle_.pop_back();
    }
    lock.unlock();
    Give(std::move(user), std::move(connection));
    return;
  }
  absl::Time until = absl::Now() + options_.pool_wait;
  if (limits != nullptr) until = std::min(until, limits->deadline());
  waiting_.push_back({limits, until, std::move(user)});
  LookBy(limits == nullptr ? until : std::min(until, absl::Now() + kLook));
}

void ConnectionPool::Give(User user, std::unique_ptr<Connection> connection) {
  workers_.Post(
      [user = std::move(user),
       lease = Lease(shared_from_this(), std::move(connection))]() mutable {
        user(std::move(lease));
      });
}

void ConnectionPool::Return(std::unique_ptr<Connection> connection) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (!waiting_.empty()) {
    User user = std::move(waiting_.front().user);
    waiting_.pop_front();
    answered_.notify_all();
    lock.unlock();
    Give(std::move(user), std::move(connection));
    return;
  }
  --places_taken_;
  if (connection != nullptr && !closed_) {
    const absl::Time now = absl::Now();
    idle_.push_back({std::move(connection), now});
    LookBy(now + options_.pool_idle_timeout);
  }
  // A connection still here is closed on return, outside of the lock.
}

void ConnectionPool::Keep() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stopped_) {
    const absl::Time now = absl::Now();
    std::vector<Refusal> refusals = TakeTired(now);
    std::vector<std::unique_ptr<Connection>> stale = TakeStale(now);
    if (refusals.empty() && stale.empty()) {
      next_look_ = NextLook(now);
      if (next_look_ == absl::InfiniteFuture()) {
        changed_.wait(lock);
      } else {
        changed_.wait_for(lock, absl::ToChronoNanoseconds(next_look_ - now));
      }
      continue;
    }
    refusing_ = true;
    lock.unlock();
    stale.clear();
    for (Refusal& refusal : refusals) {
      refusal.user(std::move(refusal.status));
    }
    refusals.clear();
    lock.lock();
    refusing_ = false;
    answered_.notify_all();
  }
}

std::vector<ConnectionPool::Refusal> ConnectionPool::TakeTired(absl::Time now) {
  std::vector<Refusal> tired;
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    absl::Status status = CheckLimits(it->limits);
    if (status.ok() && it->until <= now) {
      status = MakeDatabaseError(
          DatabaseError::Kind::kConnection,
          absl::StrCat("all ", options_.pool_max,
                       " connections of the pool are in use (pool_max)"));
    }
    if (status.ok()) {
      ++it;
      continue;
    }
    tired.push_back({std::move(it->user), std::move(status)});
    it = waiting_.erase(it);
  }
  return tired;
}

std::vector<std::unique_ptr<Connection>> ConnectionPool::TakeStale(
    absl::Time now) {
  std::vector<std::unique_ptr<Connection>> stale;
  while (static_cast<int>(idle_.size()) > options_.pool_min &&
         idle_.front().since + options_.pool_idle_timeout <= now) {
    stale.push_back(std::move(idle_.front().connection));
    idle_.erase(idle_.begin());
  }
  return stale;
}

absl::Time ConnectionPool::NextLook(absl::Time now) const {
  absl::Time next = absl::InfiniteFuture();
  if (static_cast<int>(idle_.size()) > options_.pool_min) {
    next = idle_.front().since + options_.pool_idle_timeout;
  }
  for (const Waiter& waiter : waiting_) {
    next = std::min(next, waiter.until);
    if (waiter.limits != nullptr) next = std::min(next, now + kLook);
  }
  return next;
}

void ConnectionPool::LookBy(absl::Time time) {
  if (time >= next_look_) return;
  next_look_ = time;
  changed_.notify_one();
}

void ConnectionPool::Close() {
  std::vector<Idle> idle;
  {
    std::unique_lock<std::mutex> lock(mutex_);
    closed_ = true;
    answered_.wait(lock, [this] { return waiting_.empty() && !refusing_; });
    stopped_ = true;
    changed_.notify_all();
    idle.swap(idle_);
  }
  keeper_.join();
  workers_.Drain();
}

}  // namespace modelservice::postgres
