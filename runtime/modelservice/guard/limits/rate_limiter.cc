#include "modelservice/rate_limiter.h"

#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/limits/algorithm.h"
#include "modelservice/guard/limits/limit_key.h"
#include "modelservice/guard/limits/refusal.h"

namespace modelservice {

// The charges of one Check, and the keys that they view.
class RateLimiter::Call {
 public:
  Call(const std::vector<Limit>& limits,
       absl::Span<const absl::string_view> parts, int64_t cost) {
    keys_.reserve(limits.size());
    for (const Limit& limit : limits) {
      keys_.emplace_back(limit.key_prefix);
      for (const absl::string_view part : parts) keys_.back().Add(part);
      charges_.push_back({&limit.limit, keys_.back().text(), cost});
    }
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  absl::Span<const LimitCharge> charges() const { return charges_; }

 private:
  absl::InlinedVector<LimitKey, 1> keys_;
  absl::InlinedVector<LimitCharge, 1> charges_;
};

namespace {

absl::Status Answer(absl::Span<const LimitCharge> charges,
                    const LimitDecision& decision) {
  if (decision.admitted()) return absl::OkStatus();
  const size_t refused = static_cast<size_t>(decision.refused_by);
  return RefusalStatus(*charges[refused].limit, decision.results[refused],
                       charges[refused].cost);
}

}  // namespace

absl::StatusOr<RateLimiter> RateLimiter::Create(
    LimitStore* store, absl::Span<const RateLimit> limits) {
  std::vector<Limit> checked;
  for (const RateLimit& limit : limits) {
    absl::Status status = CheckRateLimit(limit);
    if (!status.ok()) return status;
    Limit added{limit, LimitKeyPrefix(limit)};
    for (const Limit& other : checked) {
      if (other.key_prefix != added.key_prefix) continue;
      return absl::InvalidArgumentError(absl::StrCat(
          "rate limit \"", limit.name,
          "\" is there twice and would count each call twice; drop one"));
    }
    checked.push_back(std::move(added));
  }
  return RateLimiter(store, std::move(checked));
}

absl::Status RateLimiter::Check(absl::Span<const absl::string_view> parts,
                                int64_t cost) const {
  std::promise<absl::Status> promise;
  std::future<absl::Status> answer = promise.get_future();
  Check(parts, cost,
        [promise = std::move(promise)](absl::Status status) mutable {
          promise.set_value(std::move(status));
        });
  return answer.get();
}

void RateLimiter::Check(absl::Span<const absl::string_view> parts, int64_t cost,
                        Done done) const {
  if (cost < 0) {
    done(absl::InvalidArgumentError(
        absl::StrCat("a call cannot cost ", cost, " calls; give 0 or more")));
    return;
  }
  const Call call(*limits_, parts, cost);
  LimitDecision decision;
  if (store_->DecideNow(call.charges(), &decision)) {
    done(Answer(call.charges(), decision));
    return;
  }
  store_->Decide(call.charges(),
                 [limits = limits_, cost, done = std::move(done)](
                     const absl::StatusOr<LimitDecision>& decided) mutable {
                   absl::InlinedVector<LimitCharge, 1> charges;
                   for (const Limit& limit : *limits) {
                     charges.push_back({&limit.limit, "", cost});
                   }
                   done(decided.ok() ? Answer(charges, *decided)
                                     : StoreFailureStatus(charges));
                 });
}

}  // namespace modelservice
