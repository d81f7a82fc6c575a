#include "modelservice/db/postgres/attempts.h"

#include <algorithm>
#include <random>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "modelservice/base/clock.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/transaction.h"

namespace modelservice::postgres {
namespace {

// Without a deadline. All but one of those who write to one row at a time lose.
constexpr int kMostAttempts = 30;
// A pause is somewhere between nothing and this, which doubles each time.
constexpr absl::Duration kFirstBackoff = absl::Milliseconds(2);
constexpr absl::Duration kLongestBackoff = absl::Milliseconds(200);
// A connection may have died since it was last used. One that dies as soon as
// it was opened, again and again, is an error.
constexpr int kMostReconnects = 2;

absl::Duration RandomUpTo(absl::Duration most) {
  thread_local std::minstd_rand random{std::random_device()()};
  return most * std::uniform_real_distribution<double>(0, 1)(random);
}

// The body may know of a conflict that no statement met.
bool TellsOfConflict(const absl::Status& status) {
  return HasKind(status, DatabaseError::Kind::kSerialization);
}

// One attempt, of which the server knows. `*again` says whether another one may
// do better.
absl::Status RunOnce(Database& database, ConnectionPool& pool,
                     const TransactionOptions& options, Database::Body& body,
                     const CallLimits* limits, Callbacks* callbacks,
                     bool* again) {
  *again = false;
  absl::StatusOr<ConnectionPool::Lease> lease = [&] {
    const SqlWait waits;
    return pool.Take(limits);
  }();
  if (!lease.ok()) return lease.status();
  for (int reconnects = 0;; ++reconnects) {
    absl::Status status = lease->Connect(limits);
    if (!status.ok()) return status;
    PostgresTransaction transaction(database, **lease, limits, options,
                                    pool.options().max_write_time);
    status = transaction.Run(body);
    if (status.ok()) {
      *callbacks = transaction.TakeCallbacks();
      return status;
    }
    if (!transaction.may_run_again()) {
      MarkNotAgain(&status);
      return status;
    }
    *again = transaction.conflicted() || TellsOfConflict(status);
    // A standby has written nothing, and may be what was the primary when the
    // connection was made: a new one may be to another server.
    const bool other_server = (*lease)->of_standby() && reconnects == 0;
    const bool was_dead = (*lease)->lost() && !transaction.begun() &&
                          reconnects < kMostReconnects;
    if (*again || !(other_server || was_dead)) return status;
  }
}

}  // namespace

absl::Status RunAttempts(Database& database, ConnectionPool& pool,
                         const TransactionOptions& options,
                         Database::Body& body, const CallLimits* limits,
                         Callbacks* callbacks) {
  const SteadyTime end = limits == nullptr ? kNever : limits->ends_at();
  absl::Duration pause = kFirstBackoff;
  for (int attempts = 1;; ++attempts) {
    bool again = false;
    absl::Status status =
        RunOnce(database, pool, options, body, limits, callbacks, &again);
    if (!again) return status;
    const absl::Duration wait = RandomUpTo(pause);
    if (end == kNever ? attempts == kMostAttempts : wait >= Until(end)) {
      return status;
    }
    // Its place is for others meanwhile.
    absl::SleepFor(wait);
    pause = std::min(2 * pause, kLongestBackoff);
  }
}

}  // namespace modelservice::postgres
