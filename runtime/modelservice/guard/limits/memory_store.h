// Counts in this process.
//
//   std::unique_ptr<LimitStore> store = NewMemoryLimitStore({});
//
// Sharded by key, so that threads rarely meet; a decision about several limits
// holds all their shards, so that it is one step for everybody else. Decides at
// once, always.
//
// Time passes by a clock that nobody sets; only the windows of kFixedWindow are
// named by the wall's, and one that is set back opens none again (algorithm.h).
//
// At most `maximum_keys` counts are kept, each of some hundred bytes and its
// key's length. Counts that time has made meaningless go when new ones come.
// When there is no room, the least used of a few random counts is forgotten:
// one who floods the store with fresh keys pushes out his own fresh keys, while
// counts that have reached their limit stay until nearly all are like them. To
// have his own count forgotten he must fill the store with others as full as
// it: `maximum_keys` times `max_calls` calls.
#ifndef MODELSERVICE_GUARD_LIMITS_MEMORY_STORE_H_
#define MODELSERVICE_GUARD_LIMITS_MEMORY_STORE_H_

#include <cstdint>
#include <memory>

#include "modelservice/guard/limits/limit_store.h"

namespace modelservice {

struct MemoryLimitStoreOptions {
  int64_t maximum_keys = 1000000;  // at least 1
  // The wall's, and one that nobody sets. Default: the system's; of the second
  // one, the first if it is given.
  LimitClock clock = nullptr;
  LimitClock steady_clock = nullptr;
};

std::unique_ptr<LimitStore> NewMemoryLimitStore(
    MemoryLimitStoreOptions options);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_MEMORY_STORE_H_
