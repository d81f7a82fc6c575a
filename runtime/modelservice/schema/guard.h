// What guards a method, as generated code describes it: literal types that own
// nothing. The runtime resolves names and paths when a server starts.
#ifndef MODELSERVICE_SCHEMA_GUARD_H_
#define MODELSERVICE_SCHEMA_GUARD_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace modelservice {

enum class LimitAlgorithm : uint8_t {
  kFixedWindow,
  kSlidingWindow,
  kTokenBucket,
};

enum class OnStoreFailure : uint8_t { kAllow, kDeny };

// A limit on how often something may be done.
//
//   constexpr RateLimit kLimits[] = {
//       RateLimit("shop.Orders.Create", 10, absl::Seconds(60)).Keys(kPeer),
//   };
class RateLimit {
 public:
  // `max_calls`, at least 1, in each `period`, positive. Limits of one group
  // with the same settings share one count.
  constexpr RateLimit(absl::string_view group, int64_t max_calls,
                      absl::Duration period)
      : name(group),
        group(group),
        max_calls(max_calls),
        period(period),
        burst(max_calls) {}

  // Shown in refusals; else the group is.
  constexpr RateLimit Name(absl::string_view v) const {
    RateLimit copy = *this;
    copy.name = v;
    return copy;
  }
  constexpr RateLimit By(LimitAlgorithm v) const {
    RateLimit copy = *this;
    copy.algorithm = v;
    return copy;
  }
  // Of kTokenBucket: calls that may come at once.
  constexpr RateLimit Burst(int64_t v) const {
    RateLimit copy = *this;
    copy.burst = v;
    return copy;
  }
  // "peer", "principal", "claim:tenant", "metadata:x-api-key",
  // "request:user.id", or the name of a function of the Registry.
  constexpr RateLimit Keys(absl::Span<const absl::string_view> v) const {
    RateLimit copy = *this;
    copy.keys = v;
    return copy;
  }
  // The path of the request's integer field that says for how many calls this
  // one counts.
  constexpr RateLimit Cost(absl::string_view v) const {
    RateLimit copy = *this;
    copy.cost = v;
    return copy;
  }
  // Only reports what it would refuse.
  constexpr RateLimit Shadow() const {
    RateLimit copy = *this;
    copy.shadow = true;
    return copy;
  }
  constexpr RateLimit WhenStoreFails(OnStoreFailure v) const {
    RateLimit copy = *this;
    copy.on_store_failure = v;
    return copy;
  }

  absl::string_view name;
  absl::string_view group;
  int64_t max_calls;
  absl::Duration period;
  LimitAlgorithm algorithm = LimitAlgorithm::kFixedWindow;
  int64_t burst;
  absl::Span<const absl::string_view> keys;
  absl::string_view cost;
  bool shadow = false;
  OnStoreFailure on_store_failure = OnStoreFailure::kAllow;
};

// What stands around one method; inheritance is worked out already.
//
//   constexpr Guard kGuard = Guard().Limits(kLimits).Require("authenticated");
class Guard {
 public:
  // In order: the outermost first.
  constexpr Guard Limits(absl::Span<const RateLimit> v) const {
    Guard copy = *this;
    copy.limits = v;
    return copy;
  }
  // An expression over permission names (schema/access.h).
  constexpr Guard Require(absl::string_view v) const {
    Guard copy = *this;
    copy.require = v;
    return copy;
  }
  // In place of the server's list.
  constexpr Guard Interceptors(absl::Span<const absl::string_view> v) const {
    Guard copy = *this;
    copy.interceptors = v;
    copy.has_interceptors = true;
    return copy;
  }
  // The longest a call may take.
  constexpr Guard Timeout(absl::Duration v) const {
    Guard copy = *this;
    copy.timeout = v;
    return copy;
  }

  absl::Span<const RateLimit> limits;
  absl::string_view require;  // empty: anybody
  absl::Span<const absl::string_view> interceptors;
  bool has_interceptors = false;
  absl::Duration timeout = absl::InfiniteDuration();
};

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_GUARD_H_
