// Calls that this server took from Redis in advance, so that it can decide
// about most calls by itself.
//
// Whoever asks Redis about a key again and again is given, with the answer, a
// slice of what is left, which Redis counts as spent: twice as large each time,
// up to an eighth of the limit and a quarter of what is left. For the lease's
// time calls are paid from the slice. What is left over then is given back
// with the next question, if it is asked in the same window; else it lapses,
// and the limit admits that much less.
//
// How far more than the limit is admitted by many servers: for kFixedWindow and
// kSlidingWindow not at all, because calls are spent before they are used and a
// lease ends with its window. For kTokenBucket calls may be used later than
// they were spent: in any time t not more than the limit admits in t + lease.
//
// Thread-safe.
#ifndef MODELSERVICE_GUARD_LIMITS_REDIS_LEASES_H_
#define MODELSERVICE_GUARD_LIMITS_REDIS_LEASES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/mutex.h"
#include "modelservice/guard/limits/limit_store.h"
#include "modelservice/guard/limits/redis/script.h"

namespace modelservice {

class Leases {
 public:
  // `clock` is one that nobody sets. Keys beyond `maximum_keys` get no lease.
  Leases(absl::Duration length, int64_t maximum_keys, LimitClock clock);

  // Pays for the call, if there is enough; `result` is then what to say.
  bool Pay(const LimitCharge& charge, LimitResult* result);
  // Takes back what Pay took.
  void PutBack(const LimitCharge& charge);

  // Before Redis is asked: fills in how much to take and to give back.
  void Ask(absl::string_view key, ScriptCharge* charge);
  // What Redis said to a question that was put at `asked`. Not called when it
  // said nothing: what was to be given back has then lapsed.
  void Learn(absl::string_view key, absl::Time asked,
             const ScriptAnswer& answer);

  int64_t keys() const;

 private:
  struct Lease {
    int64_t calls = 0;  // to be used until `until`
    int64_t at = 0;     // their window
    absl::Time until = absl::InfinitePast();
    int64_t slice = 0;  // how many to ask for
    absl::Time asked = absl::InfinitePast();
    // Whether the answer to that is still to come: one thread asks for a slice,
    // the others only for their calls.
    bool asking = false;
    int64_t remaining = 0;  // at Redis, when it was asked last
    absl::Time reset;
  };
  struct alignas(64) Shard {
    Mutex mutex;
    absl::flat_hash_map<std::string, Lease> leases ABSL_GUARDED_BY(mutex);
    absl::Time swept ABSL_GUARDED_BY(mutex) = absl::InfinitePast();
  };

  Shard& ShardOf(absl::string_view key);
  // The key's lease, made if there is room; else null.
  Lease* Make(Shard& shard, absl::string_view key, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  const absl::Duration length_;
  const size_t maximum_;  // in a shard
  const LimitClock clock_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_REDIS_LEASES_H_
