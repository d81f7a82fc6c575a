// What Redis has refused a moment ago, so that a flood of calls past their
// limit does not become a flood of questions to Redis.
//
// The count of a key on which Redis has refused a call is remembered, and what
// the limit's arithmetic (algorithm.h) refuses by it is refused here: whatever
// the call costs, and with the words that Redis would have. Others may have
// counted more since, never less; but for calls that a lease gives back, and
// for a Redis whose keys were deleted or whose clock was set. So a count is
// believed for a second at most, and then Redis is asked again: by so much at
// most is a call refused that Redis would admit. What the count admits is
// asked for always.
//
// Thread-safe.
#ifndef MODELSERVICE_GUARD_LIMITS_REDIS_REFUSALS_H_
#define MODELSERVICE_GUARD_LIMITS_REDIS_REFUSALS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/mutex.h"
#include "modelservice/guard/limits/algorithm.h"
#include "modelservice/guard/limits/limit_store.h"

namespace modelservice {

class Refusals {
 public:
  static constexpr absl::Duration kBelieved = absl::Seconds(1);

  // `clock` is one that nobody sets. Of keys past `maximum_keys` in a second
  // nothing is remembered.
  Refusals(int64_t maximum_keys, LimitClock clock);

  // Whether the call is refused; `result` is then what to say.
  bool Find(const LimitCharge& charge, LimitResult* result);

  // Redis has refused a call on `key`, which was asked for at `asked`; by its
  // own clock that was at `now`, in microseconds. `state` is its count.
  void Learn(absl::string_view key, absl::Time asked, int64_t now,
             const LimitState& state);
  // Redis has admitted a call on `key`: what was known of it is old.
  void Forget(absl::string_view key);

  int64_t keys() const;

 private:
  struct Count {
    LimitState state;
    absl::Time asked;
    int64_t now;
  };
  using Counts = absl::flat_hash_map<std::string, Count>;
  // What was learnt since `since`, and what before: that goes when the turn
  // comes to the next, so that nothing is kept for longer than it is believed
  // twice.
  struct alignas(64) Shard {
    Mutex mutex;
    Counts recent ABSL_GUARDED_BY(mutex);
    Counts former ABSL_GUARDED_BY(mutex);
    absl::Time since ABSL_GUARDED_BY(mutex) = absl::InfinitePast();
  };

  Shard& ShardOf(absl::string_view key);
  static void Turn(Shard& shard, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  const size_t maximum_;  // in a shard
  const LimitClock clock_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_REDIS_REFUSALS_H_
