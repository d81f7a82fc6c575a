// Counts in a Redis, for all servers that use it.
//
//   RedisLimitStoreOptions options;
//   options.url = "rediss://:password@redis.internal";
//   absl::StatusOr<std::unique_ptr<LimitStore>> store =
//       OpenRedisLimitStore(options);
//
// One script call decides about all limits of a call, by Redis's clock, so that
// servers whose clocks differ agree. Calls go out in pipelines over one
// connection that a thread of the store's holds; no other thread waits. A call
// without an answer in time, and every call while there is no connection, is
// an error for which the limits' on_store_failure decides; the log says so,
// seldom, and counts() how often.
//
// Every key begins with "{key_prefix}": in a Redis Cluster all of them are in
// one slot, as a decision over several keys demands, and so on one node, which
// is found and followed when it changes. Programs with different prefixes
// count on different nodes.
//
// Calls past a limit are refused here once Redis has refused one like them, so
// that a flood asks it about once a second for each key (refusals.h). With a
// lease, most others are decided here as well, at about the cost of a store in
// memory; what that costs in exactness stands in leases.h.
#ifndef MODELSERVICE_GUARD_LIMITS_REDIS_REDIS_STORE_H_
#define MODELSERVICE_GUARD_LIMITS_REDIS_REDIS_STORE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "modelservice/guard/limits/limit_store.h"

namespace modelservice {

struct RedisLimitStoreOptions {
  // redis://, rediss:// or unix:, as redis/address.h has it.
  std::string url;
  std::string key_prefix = "modelservice";
  // PEM file of those who sign Redis's certificate; empty: the system's.
  std::string ca_file;
  // How long a decision may take.
  absl::Duration timeout = absl::Milliseconds(100);
  // How long a server may decide by itself; zero: it asks for every call.
  absl::Duration lease = absl::ZeroDuration();
  // Keys with a lease, and those with a refusal, at a time.
  int64_t maximum_keys = 1000000;
  // In place of Redis's clock, and of one that nobody sets. Default: these; of
  // the second one, the first if it is given.
  LimitClock clock = nullptr;
  LimitClock steady_clock = nullptr;
};

// Waits for the first attempt to connect. A Redis that cannot be reached is no
// error: it is tried again and again, and the log says so. INVALID_ARGUMENT or
// PERMISSION_DENIED for what trying again does not mend: an URL, a CA file, a
// password, the number of a database.
absl::StatusOr<std::unique_ptr<LimitStore>> OpenRedisLimitStore(
    const RedisLimitStoreOptions& options);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_REDIS_REDIS_STORE_H_
