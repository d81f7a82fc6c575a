// Rate limits: who may call, and how often. The interceptor of RPCs decides by
// it, and so may hand-written code: in a method, a hook, or without any RPC.
//
//   constexpr RateLimit kSignups("signups", 5, absl::Minutes(10));
//
//   absl::StatusOr<RateLimiter> limiter =
//       RateLimiter::Create(&store, {kSignups});
//   if (!limiter.ok()) return limiter.status();
//   absl::Status status = limiter->Check({email});
//   if (!status.ok()) return status;  // "Reached limit of 5 calls per 600 ..."
//
// The store is one of its own, NewMemoryLimitStore({}), or OpenLimitStore's for
// a Redis that servers share. The parts given to Check are what is counted
// apart; a limit's own keys are paths into a request and have no meaning here.
// Several limits are decided at once (limit_store.h). The refusal is what a
// refused RPC gets, details and all; a shadow limit refuses nothing, and what
// it would refuse is in the log.
//
// `store`, and what the limits' texts are views of, outlive it. Copies are
// cheap and count together. Thread-safe.
#ifndef MODELSERVICE_RATE_LIMITER_H_
#define MODELSERVICE_RATE_LIMITER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/base/measures.h"
#include "modelservice/guard/limits/limit_key.h"
#include "modelservice/guard/limits/limit_store.h"
#include "modelservice/guard/limits/limit_stores.h"
#include "modelservice/guard/limits/memory_store.h"
#include "modelservice/log.h"

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

  // For who counts a call under each limit in another way, as the interceptor:
  //
  //   RateLimiter::Count count(limiter, call.method());
  //   count.key(0).Add(call.peer());
  //   if (auto answer = limiter.DecideNow(count)) return answer->status;
  //   limiter.Decide(count, [](RateLimiter::Answer answer) { ... });

  // One call. The limiter outlives it.
  class Count {
   public:
    // `what` is called in the log; it lives until the answer.
    explicit Count(const RateLimiter& limiter,
                   absl::string_view what = "a call");
    Count(const Count&) = delete;
    Count& operator=(const Count&) = delete;

    // Of the limit with this position in what Create was given.
    LimitKey& key(size_t limit) { return keys_[limit]; }
    // Not negative; at first 1.
    void set_cost(size_t limit, int64_t cost) { costs_[limit] = cost; }

   private:
    friend class RateLimiter;
    const absl::string_view what_;
    absl::InlinedVector<LimitKey, 2> keys_;
    absl::InlinedVector<int64_t, 2> costs_;
  };

  struct Answer {
    absl::Status status;
    // What refused, and what it said; null when nothing did, or the store
    // failed.
    const RateLimit* refused_by = nullptr;
    LimitResult result;
  };

  // Decides, where the store needs nobody else for it. nullopt: nothing was
  // counted, and Decide must be asked.
  std::optional<Answer> DecideNow(Count& count) const;
  // Calls `done` once, before it returns or later, on a thread of the store's,
  // which other calls wait for. `count` is read before it returns.
  void Decide(Count& count, absl::AnyInvocable<void(Answer)> done) const;

  // How often each limit allowed and refused, and its store failed. `what` says
  // in the numbers whose limits these are: a method.
  void Report(absl::string_view what, Measures& to) const;

 private:
  struct Numbers {
    Counter allowed;
    Counter refused;
    Counter shadow_refused;
    Counter failed;
  };
  struct Limit {
    RateLimit limit;
    std::string key_prefix;
    // Of a shadow.
    std::unique_ptr<SeldomLog> log;
    std::unique_ptr<Numbers> numbers;
  };
  using Limits = std::vector<Limit>;
  using Costs = absl::InlinedVector<int64_t, 2>;

  RateLimiter(LimitStore* store, Limits limits)
      : store_(store),
        limits_(std::make_shared<const Limits>(std::move(limits))) {}

  static Answer AnswerOf(const Limits& limits, absl::string_view what,
                         const Costs& costs, const LimitDecision& decision);
  static Answer StoreFailed(const Limits& limits);
  absl::InlinedVector<LimitCharge, 2> ChargesOf(Count& count) const;

  LimitStore* store_;
  std::shared_ptr<const Limits> limits_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_RATE_LIMITER_H_
