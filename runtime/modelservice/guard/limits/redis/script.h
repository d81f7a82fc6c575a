// The one script of the Redis store: what it is told, and what it answers.
//
// It decides about all limits of a call in one step, by algorithm.h's
// arithmetic, with Redis's clock. A key is a hash with a LimitState (a, u, b)
// that expires when it no longer says anything.
#ifndef MODELSERVICE_GUARD_LIMITS_REDIS_SCRIPT_H_
#define MODELSERVICE_GUARD_LIMITS_REDIS_SCRIPT_H_

#include <hiredis/hiredis.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/guard/limits/algorithm.h"
#include "modelservice/guard/limits/limit_store.h"

namespace modelservice {

extern const char kLimitScript[];

// What is asked about one limit.
struct ScriptCharge {
  const RateLimit* limit = nullptr;
  std::string key;  // as Redis knows it
  int64_t cost = 0;
  // Of a lease (leases.h): how many calls more to take, if there are that many,
  // and how many of an earlier lease, of the window `returned_at`, come back.
  int64_t wanted = 0;
  int64_t returned = 0;
  int64_t returned_at = 0;
};

struct ScriptAnswer {
  LimitResult result;
  int64_t granted = 0;
  absl::Duration window;  // for how long `granted` may be used at most
  // The count, whole where the call was refused, else `at` alone.
  LimitState state;
};

struct ScriptDecision {
  int refused_by = -1;
  int64_t now = 0;                    // Redis's clock, in microseconds
  std::vector<ScriptAnswer> answers;  // as LimitDecision's results
};

// The keys, then the arguments. `clock` replaces Redis's; null: it does not.
std::vector<std::string> ScriptWords(const std::vector<ScriptCharge>& charges,
                                     const LimitClock& clock);

// An error when this is not what the script answers.
absl::StatusOr<ScriptDecision> ReadScriptReply(const redisReply& reply,
                                               size_t charges);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_REDIS_SCRIPT_H_
