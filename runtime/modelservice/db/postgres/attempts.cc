#include "modelservice/db/postgres/attempts.h"

#include <algorithm>
#include <random>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace modelservice::postgres {
namespace {

// Without a deadline.
constexpr int kMostAttempts = 10;
// A pause is somewhere between nothing and this, which doubles each time.
constexpr absl::Duration kFirstPause = absl::Milliseconds(2);
constexpr absl::Duration kLongestPause = absl::Milliseconds(200);
// A connection may have died since it was last used. One that dies as soon as
// it was opened, again and again, is an error.
constexpr int kMostReconnects = 2;

absl::Duration RandomUpTo(absl::Duration most) {
  thread_local std::minstd_rand random{std::random_device()()};
  return most * std::uniform_real_distribution<double>(0, 1)(random);
}

}  // namespace

absl::Status RunAttempts(Database& database, ConnectionPool::Lease& lease,
                         Database::Body& body, const CallLimits* limits,
                         bool read_only, Callbacks* callbacks) {
  const absl::Time deadline =
      limits == nullptr ? absl::InfiniteFuture() : limits->deadline();
  absl::Duration pause = kFirstPause;
  int conflicts = 0;
  int reconnects = 0;
  while (true) {
    absl::Status status = lease.Connect(limits);
    if (!status.ok()) return status;
    PostgresTransaction transaction(database, *lease, limits, read_only);
    status = transaction.Run(body);
    if (status.ok()) {
      *callbacks = transaction.TakeCallbacks();
      return status;
    }
    if (transaction.conflicted()) {
      const absl::Duration wait = RandomUpTo(pause);
      const bool may_go_on = deadline == absl::InfiniteFuture()
                                 ? ++conflicts < kMostAttempts
                                 : absl::Now() + wait < deadline;
      if (!may_go_on) return status;
      absl::SleepFor(wait);
      pause = std::min(2 * pause, kLongestPause);
    } else if (!lease->lost() || transaction.begun() ||
               ++reconnects > kMostReconnects) {
      return status;
    }
  }
}

}  // namespace modelservice::postgres
