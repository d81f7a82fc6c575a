// Where the counts of rate limits are kept.
//
//   LimitCharge charge{&limit, key.text(), 1};
//   LimitDecision decision;
//   if (store.DecideNow({charge}, &decision)) return decision.admitted();
//   store.Decide({charge}, [](const absl::StatusOr<LimitDecision>& decision) {
//     // later, on another thread
//   });
//
// Most callers want rate_limiter.h, which makes keys and refusals, too.
//
// A store decides about all limits of a call at once, the outermost first:
//
// - The first one that refuses ends it; those behind are not looked at. A
//   shadow limit that would refuse does not.
// - kFixedWindow counts every call that reaches it, as django-grpc does: the
//   calls that it refuses, and those that a limit behind it refuses.
// - The others count admitted calls only: none is spent when one refuses.
// - A call that costs 0 is admitted and counts nothing. One that costs more
//   than the limit could ever admit is refused, and counts nothing either.
//
// Stores are thread-safe.
#ifndef MODELSERVICE_GUARD_LIMITS_LIMIT_STORE_H_
#define MODELSERVICE_GUARD_LIMITS_LIMIT_STORE_H_

#include <cstdint>
#include <functional>

#include "absl/container/inlined_vector.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "modelservice/schema/guard.h"

namespace modelservice {

// The time, for tests that make it themselves.
using LimitClock = std::function<absl::Time()>;

// What one call takes from one limit. `limit` has passed CheckRateLimit; both
// views are read before the call to the store returns, and not after.
struct LimitCharge {
  const RateLimit* limit;
  absl::string_view key;  // limit_key.h
  int64_t cost = 1;       // not negative
};

// What one limit says, after the call.
struct LimitResult {
  bool allowed = true;
  int64_t remaining = 0;  // of LimitCapacity
  // When the same call would be admitted, if nobody else calls until then; zero
  // when it is, infinite when it costs more than the limit ever admits.
  absl::Duration retry_after;
  // When nothing of what was counted counts any longer.
  absl::Duration reset;
};

struct LimitDecision {
  bool admitted() const { return refused_by < 0; }
  void Clear() {
    refused_by = -1;
    results.clear();
  }

  int refused_by = -1;  // a position in the charges
  // Of the charges in their order, up to the one that refused. A store
  // elsewhere that knows already who refuses does not ask about those in front
  // of it, which might refuse as well, and leaves their results empty.
  absl::InlinedVector<LimitResult, 2> results;
};

// Since the store was opened, for metrics.
struct LimitCounts {
  int64_t admitted = 0;
  int64_t refused = 0;
  int64_t shadow_refused = 0;  // by shadow limits, of admitted calls
  int64_t failed = 0;          // the store did not answer
  // Of a store elsewhere: decided here, and what it was asked about.
  int64_t local = 0;
  int64_t asked = 0;
  int64_t reconnects = 0;
  int64_t keys = 0;       // kept in this process now
  int64_t forgotten = 0;  // before their time, to make room
};

class LimitStore {
 public:
  using Done = absl::AnyInvocable<void(const absl::StatusOr<LimitDecision>&)>;

  virtual ~LimitStore() = default;

  // Decides, if that needs nobody else. False: nothing was counted; Decide
  // must be asked.
  virtual bool DecideNow(absl::Span<const LimitCharge> charges,
                         LimitDecision* decision) = 0;

  // Calls `done` once, before it returns or later, on a thread of the store's,
  // which other calls wait for. An error is the store's fault and says nothing
  // about the limits; calls may have been counted.
  virtual void Decide(absl::Span<const LimitCharge> charges, Done done) = 0;

  virtual LimitCounts counts() const = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_LIMIT_STORE_H_
