#include "modelservice/rate_limiter.h"

#include <future>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/limits/algorithm.h"
#include "modelservice/guard/limits/refusal.h"

namespace modelservice {

RateLimiter::Count::Count(const RateLimiter& limiter, absl::string_view what)
    : what_(what), costs_(limiter.limits_->size(), 1) {
  keys_.reserve(limiter.limits_->size());
  for (const Limit& limit : *limiter.limits_) {
    keys_.emplace_back(limit.key_prefix);
  }
}

absl::StatusOr<RateLimiter> RateLimiter::Create(
    LimitStore* store, absl::Span<const RateLimit> limits) {
  Limits checked;
  for (const RateLimit& limit : limits) {
    absl::Status status = CheckRateLimit(limit);
    if (!status.ok()) return status;
    Limit added{limit, LimitKeyPrefix(limit), std::make_unique<SeldomLog>(),
                std::make_unique<Numbers>()};
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

RateLimiter::Answer RateLimiter::AnswerOf(const Limits& limits,
                                          absl::string_view what,
                                          const Costs& costs,
                                          const LimitDecision& decision) {
  Answer answer;
  for (size_t i = 0; i < decision.results.size(); ++i) {
    const LimitResult& result = decision.results[i];
    const RateLimit& limit = limits[i].limit;
    Numbers& numbers = *limits[i].numbers;
    if (result.allowed) {
      numbers.allowed.Add();
      continue;
    }
    (limit.shadow ? numbers.shadow_refused : numbers.refused).Add();
    if (!limit.shadow) {
      answer.status = RefusalStatus(limit, result, costs[i]);
      answer.refused_by = &limit;
      answer.result = result;
      break;
    }
    limits[i].log->Log(
        Severity::kInfo,
        absl::StrCat("rate limit \"", limit.name,
                     "\" is a shadow and would have refused ", what, ": ",
                     RefusalWords(limit, result, costs[i])));
  }
  return answer;
}

RateLimiter::Answer RateLimiter::StoreFailed(const Limits& limits) {
  Answer answer;
  for (const Limit& limit : limits) limit.numbers->failed.Add();
  for (const Limit& limit : limits) {
    answer.status = StoreFailureStatus(limit.limit);
    if (!answer.status.ok()) break;
  }
  return answer;
}

absl::InlinedVector<LimitCharge, 2> RateLimiter::ChargesOf(Count& count) const {
  absl::InlinedVector<LimitCharge, 2> charges;
  for (size_t i = 0; i < limits_->size(); ++i) {
    charges.push_back(
        {&(*limits_)[i].limit, count.keys_[i].text(), count.costs_[i]});
  }
  return charges;
}

std::optional<RateLimiter::Answer> RateLimiter::DecideNow(Count& count) const {
  LimitDecision decision;
  if (!store_->DecideNow(ChargesOf(count), &decision)) return std::nullopt;
  return AnswerOf(*limits_, count.what_, count.costs_, decision);
}

void RateLimiter::Decide(Count& count,
                         absl::AnyInvocable<void(Answer)> done) const {
  store_->Decide(ChargesOf(count),
                 [limits = limits_, what = count.what_, costs = count.costs_,
                  done = std::move(done)](
                     const absl::StatusOr<LimitDecision>& decided) mutable {
                   done(decided.ok() ? AnswerOf(*limits, what, costs, *decided)
                                     : StoreFailed(*limits));
                 });
}

void RateLimiter::Report(absl::string_view what, Measures& to) const {
  for (const Limit& limit : *limits_) {
    const auto add = [&](absl::string_view decision, const Counter& count) {
      to.AddCounter(
          "modelservice_limit_decisions_total",
          "What rate limits decided: allowed, refused, shadow_refused "
          "(of shadows) or failed (their store).",
          {{"method", std::string(what)},
           {"limit", limit.limit.name.empty() ? "unnamed"
                                              : std::string(limit.limit.name)},
           {"decision", std::string(decision)}},
          count.value());
    };
    add("allowed", limit.numbers->allowed);
    add("refused", limit.numbers->refused);
    add("shadow_refused", limit.numbers->shadow_refused);
    add("failed", limit.numbers->failed);
  }
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
  Count count(*this);
  for (size_t i = 0; i < limits_->size(); ++i) {
    for (const absl::string_view part : parts) count.key(i).Add(part);
    count.set_cost(i, cost);
  }
  if (auto answer = DecideNow(count)) {
    done(std::move(answer->status));
    return;
  }
  Decide(count, [done = std::move(done)](Answer answer) mutable {
    done(std::move(answer.status));
  });
}

}  // namespace modelservice
