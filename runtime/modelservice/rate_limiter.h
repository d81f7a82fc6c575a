// Rate limits for hand-written code: in a method, a hook, or without any RPC.
//
//   constexpr RateLimit kSignups("signups", 5, absl::Minutes(10));
//
//   absl::StatusOr<RateLimiter> limiter =
//       RateLimiter::Create(&store, {kSignups});
//   ...
//   absl::Status status = limiter->Check({email});
//   if (!status.ok()) return status;  // "Reached limit of 5 calls per 600 ..."
//
// The parts given to Check are what is counted apart; a limit's own keys are
// paths into a request and have no meaning here. Several limits are decided at
// once (limit_store.h). The refusal is what a refused RPC gets, details and
// all.
//
// `store`, and what the limits' texts are views of, outlive it. Copies are
// cheap and count together. Thread-safe.
#ifndef MODELSERVICE_RATE_LIMITER_H_
#define MODELSERVICE_RATE_LIMITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/guard/limits/limit_store.h"

namespace modelservice {

class RateLimiter {
 public:
  using Done = absl::AnyInvocable<void(absl::Status)>;

  // INVALID_ARGUMENT for a limit that means nothing, or that is there twice.
  static absl::StatusOr<RateLimiter> Create(LimitStore* store,
                                            absl::Span<const RateLimit> limits);

  // Counts a call that costs `cost`. RESOURCE_EXHAUSTED when a limit refuses,
  // UNAVAILABLE when the store fails and a limit says kDeny, INVALID_ARGUMENT
  // for a negative cost. Waits for the store, where it is another machine.
  absl::Status Check(absl::Span<const absl::string_view> parts,
                     int64_t cost = 1) const;

  // Does not wait: calls `done` once, now or later, on any thread. The parts
  // are read before it returns.
  void Check(absl::Span<const absl::string_view> parts, int64_t cost,
             Done done) const;

 private:
  struct Limit {
    RateLimit limit;
    std::string key_prefix;
  };
  class Call;

  RateLimiter(LimitStore* store, std::vector<Limit> limits)
      : store_(store),
        limits_(std::make_shared<const std::vector<Limit>>(std::move(limits))) {
  }

  LimitStore* store_;
  std::shared_ptr<const std::vector<Limit>> limits_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_RATE_LIMITER_H_
