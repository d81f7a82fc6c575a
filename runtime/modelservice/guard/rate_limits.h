// The interceptors that count the calls of one method against the limits of its
// options.
//
//   absl::StatusOr<std::unique_ptr<Interceptor>> limits =
//       MakeRateLimits(method, LimitGroup::kAll, store, executor,
//                      {&registry.limit_keys()});
//
// Limits that need nothing but the call's address and headers can be decided
// about before anybody asks who calls, so that bad credentials are counted,
// too: LimitGroup tells them from the others. Each group is one decision.
//
// A refused call gets RESOURCE_EXHAUSTED with django-grpc's words and
// google.rpc details (limits/refusal.h), and the trailers `ratelimit-limit`,
// `ratelimit-remaining` and `ratelimit-reset` (seconds). A stream counts once,
// when it is opened. A call whose cost is negative gets INVALID_ARGUMENT; one
// whose cost is 0 or not set counts as one, as does one whose request cannot
// be read, which is refused for that later.
//
// In memory nothing waits. With a store elsewhere the call goes on once the
// store has answered, on the executor.
#ifndef MODELSERVICE_GUARD_RATE_LIMITS_H_
#define MODELSERVICE_GUARD_RATE_LIMITS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "modelservice/base/executor.h"
#include "modelservice/guard/limit_key_source.h"
#include "modelservice/guard/limits/limit_store.h"
#include "modelservice/guard/measured_interceptor.h"
#include "modelservice/service/method.h"

namespace modelservice {

enum class LimitGroup {
  kAll,
  // Whose keys are "peer" and "metadata:..." alone, or none, and whose calls
  // all cost the same: no request is read for them.
  kNeedNoCaller,
  kOthers,
};

// Those of the method's limits that are of the group; null when none is.
// `method` has a guard. All outlive the interceptor.
// INVALID_ARGUMENT, naming the limit, for one that means nothing, for a key or
// a field that is not there, and for one that is there twice.
absl::StatusOr<std::unique_ptr<MeasuredInterceptor>> MakeRateLimits(
    const Method& method, LimitGroup group, LimitStore& store,
    Executor& executor, const LimitKeyOptions& options);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_RATE_LIMITS_H_
