#include "modelservice/db/postgres/detour.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "modelservice/base/clock.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/postgres/attempts.h"
#include "modelservice/db/postgres/lane_queue.h"

namespace modelservice::postgres {
namespace {

// How often a read may lose its connection: it may be what ends them.
constexpr int kMostLosses = 3;

void Restart(Execution& execution) {
  NoThrow([&] {
    execution.OnRestart();
    return absl::OkStatus();
  }).IgnoreError();
}

TaskGroup::Bounds BoundsOf(const PostgresOptions& options) {
  return {std::max(1, options.pool_max / 2),
          static_cast<size_t>(options.max_queue), "max_queue"};
}

}  // namespace

Detour::Groups::Groups(Executor& executor, const PostgresOptions& options)
    : reads(executor, "slow read", BoundsOf(options)),
      writes(executor, "slow write", BoundsOf(options)) {}

Detour::Detour(Database& database, std::shared_ptr<ConnectionPool> pool)
    : database_(database),
      pool_(std::move(pool)),
      slow_(pool_->options().slow_statement) {}

Detour::Groups& Detour::groups() {
  std::call_once(groups_once_, [this] {
    groups_ = std::make_unique<Groups>(database_.executor(), pool_->options());
  });
  return *groups_;
}

void Detour::Run(Execution& execution) {
  const bool writes = execution.statement.writes;
  TaskGroup& group = writes ? groups().writes : groups().reads;
  group.Post(execution.limits, [this, &execution,
                                writes](const absl::Status& admitted) {
    absl::Status status = CheckLimits(execution.limits);
    if (status.ok()) status = admitted;
    if (!status.ok()) return Answer(execution, status);
    const absl::StatusOr<Outcome> outcome =
        writes ? Write(execution) : Read(execution);
    Answer(execution, outcome.status(), outcome.ok() ? *outcome : Outcome());
  });
}

absl::StatusOr<Outcome> Detour::ReadOn(ConnectionPool::Lease& lease,
                                       Execution& execution) {
  absl::Status status = lease.Connect(execution.limits);
  if (!status.ok()) return status;
  const SteadyTime start = SteadyNow();
  absl::StatusOr<Outcome> outcome =
      lease->Run(execution.statement, execution, execution.limits);
  slow_.NoteTime(execution.statement.text, Since(start));
  return outcome;
}

absl::StatusOr<Outcome> Detour::Read(Execution& execution) {
  for (int losses = 0;; ++losses) {
    absl::StatusOr<ConnectionPool::Lease> lease = pool_->Take(execution.limits);
    if (!lease.ok()) return lease.status();
    absl::StatusOr<Outcome> outcome = ReadOn(*lease, execution);
    if (outcome.ok() || !lease->lost() || losses == kMostLosses ||
        !CheckLimits(execution.limits).ok()) {
      return outcome;
    }
    Restart(execution);
  }
}

bool Detour::ReadHere(Execution& execution) {
  std::optional<absl::StatusOr<Outcome>> outcome;
  if (++here_ <= pool_->options().read_lanes) {
    std::optional<ConnectionPool::Lease> lease = pool_->TakeIdle();
    if (lease.has_value()) {
      outcome = ReadOn(*lease, execution);
      if (!outcome->ok() && lease->lost() &&
          CheckLimits(execution.limits).ok()) {
        // A connection that is lost takes no room in the pool.
        lease.reset();
        Restart(execution);
        outcome = Read(execution);
      }
    }
  }
  --here_;
  if (!outcome.has_value()) return false;
  Answer(execution, outcome->status(), outcome->ok() ? **outcome : Outcome());
  return true;
}

absl::StatusOr<Outcome> Detour::Write(Execution& execution) {
  absl::StatusOr<Outcome> outcome;
  bool has_run = false;
  Database::Body body = [&](Transaction& transaction) {
    if (std::exchange(has_run, true)) Restart(execution);
    const SteadyTime start = SteadyNow();
    outcome = transaction.Execute(execution.statement, execution);
    slow_.NoteTime(execution.statement.text, Since(start));
    return outcome.status();
  };
  TransactionOptions options;
  // One statement sees the latest rows, as in a lane.
  options.isolation = Isolation::kReadCommitted;
  Callbacks none;
  absl::Status status =
      RunAttempts(database_, *pool_, options, body, execution.limits, &none);
  if (!status.ok()) return status;
  return outcome;
}

void Detour::Finish() {
  groups().reads.Drain();
  groups().writes.Drain();
}

}  // namespace modelservice::postgres
