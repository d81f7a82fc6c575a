#include "modelservice/guard/rate_limits.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "modelservice/errors.h"
#include "modelservice/guard/limits/algorithm.h"
#include "modelservice/guard/limits/refusal.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

// One limit, with what is the same for every call.
struct BoundLimit {
  const RateLimit* limit;
  std::string key_prefix;
  std::vector<LimitKeySource> keys;
  std::optional<RequestPath> cost;
  bool reads_request = false;
  bool needs_no_caller = true;
  // Of a shadow.
  std::unique_ptr<SeldomLog> log = std::make_unique<SeldomLog>();
};

using Costs = absl::InlinedVector<int64_t, 2>;

class RateLimits final : public AsyncInterceptor {
 public:
  RateLimits(LimitStore& store, Executor& executor,
             std::vector<BoundLimit> limits)
      : store_(store), executor_(executor), limits_(std::move(limits)) {
    for (const BoundLimit& limit : limits_) {
      reads_request_ = reads_request_ || limit.reads_request;
    }
  }

  void Start(CallContext& call, Done done) override {
    const google::protobuf::Message* const request =
        reads_request_ ? call.request() : nullptr;
    absl::InlinedVector<LimitKey, 2> keys;
    absl::InlinedVector<LimitCharge, 2> charges;
    Costs costs;
    keys.reserve(limits_.size());  // the charges are views of them
    for (const BoundLimit& bound : limits_) {
      const int64_t cost = CostOf(bound, request);
      if (cost < 0) {
        done(InvalidArgument({{std::string(bound.limit->cost),
                               "Ensure this value is greater than or equal to "
                               "0."}}));
        return;
      }
      keys.emplace_back(bound.key_prefix);
      for (const LimitKeySource& source : bound.keys) {
        source.AddTo(keys.back(), call, request);
      }
      charges.push_back({bound.limit, keys.back().text(), cost});
      costs.push_back(cost);
    }
    LimitDecision decision;
    if (store_.DecideNow(charges, &decision)) {
      done(Answer(call, costs, decision));
      return;
    }
    store_.Decide(
        charges,
        [this, &call, costs = std::move(costs), done = std::move(done)](
            const absl::StatusOr<LimitDecision>& decided) mutable {
          absl::Status status =
              decided.ok() ? Answer(call, costs, *decided) : StoreFailed(costs);
          // Not here: other calls wait for this thread.
          executor_.Continue(
              [status = std::move(status), done = std::move(done)]() mutable {
                done(std::move(status));
              });
        });
  }

 private:
  static int64_t CostOf(const BoundLimit& bound,
                        const google::protobuf::Message* request) {
    if (!bound.cost.has_value() || request == nullptr) return 1;
    const int64_t cost = bound.cost->Integer(*request).value_or(1);
    // Clients choose it: none may call for nothing.
    return cost == 0 ? 1 : cost;
  }

  absl::Status Answer(CallContext& call, const Costs& costs,
                      const LimitDecision& decision) {
    for (size_t i = 0; i < decision.results.size(); ++i) {
      const LimitResult& result = decision.results[i];
      const RateLimit& limit = *limits_[i].limit;
      if (result.allowed) continue;
      if (limit.shadow) {
        limits_[i].log->Log(
            Severity::kInfo,
            absl::StrCat("rate limit \"", limit.name,
                         "\" is a shadow and would have refused ",
                         call.method(), ": ",
                         RefusalWords(limit, result, costs[i])));
        continue;
      }
      call.AddTrailer("ratelimit-limit", absl::StrCat(LimitCapacity(limit)));
      call.AddTrailer("ratelimit-remaining", absl::StrCat(result.remaining));
      call.AddTrailer("ratelimit-reset",
                      absl::StrCat(WholeSeconds(result.reset)));
      return RefusalStatus(limit, result, costs[i]);
    }
    return absl::OkStatus();
  }

  absl::Status StoreFailed(const Costs& costs) const {
    std::vector<LimitCharge> charges;
    for (size_t i = 0; i < limits_.size(); ++i) {
      charges.push_back({limits_[i].limit, "", costs[i]});
    }
    return StoreFailureStatus(charges);
  }

  LimitStore& store_;
  Executor& executor_;
  const std::vector<BoundLimit> limits_;
  bool reads_request_ = false;
};

absl::StatusOr<BoundLimit> Bind(const RateLimit& limit, const Method& method,
                                const LimitKeyOptions& options) {
  const auto error = [&](absl::string_view fault) {
    return absl::InvalidArgumentError(
        absl::StrCat("rate limit \"", limit.name, "\": ", fault));
  };
  const absl::Status status = CheckRateLimit(limit);
  if (!status.ok()) return status;
  BoundLimit bound;
  bound.limit = &limit;
  bound.key_prefix = LimitKeyPrefix(limit);
  for (const absl::string_view key : limit.keys) {
    absl::StatusOr<LimitKeySource> source =
        LimitKeySource::Resolve(key, method, options);
    if (!source.ok()) return error(source.status().message());
    bound.reads_request = bound.reads_request || source->reads_request();
    bound.needs_no_caller = bound.needs_no_caller && source->needs_no_caller();
    bound.keys.push_back(*std::move(source));
  }
  if (limit.cost.empty()) return bound;
  if (method.streaming == Streaming::kClient ||
      method.streaming == Streaming::kBidi) {
    return error(
        absl::StrCat("cost \"", limit.cost,
                     "\" needs one request, and here clients send a stream of "
                     "them; drop it"));
  }
  absl::StatusOr<RequestPath> cost =
      RequestPath::Find(*method.request().GetDescriptor(), limit.cost);
  if (!cost.ok()) return error(absl::StrCat("cost ", cost.status().message()));
  if (!cost->is_integer()) {
    return error(absl::StrCat("cost \"", limit.cost,
                              "\" is no integer; name a field that is one"));
  }
  bound.cost = *std::move(cost);
  bound.reads_request = true;
  bound.needs_no_caller = false;
  return bound;
}

bool IsOf(LimitGroup group, const BoundLimit& limit) {
  return group == LimitGroup::kAll ||
         limit.needs_no_caller == (group == LimitGroup::kNeedNoCaller);
}

}  // namespace

absl::StatusOr<std::unique_ptr<AsyncInterceptor>> MakeRateLimits(
    const Method& method, LimitGroup group, LimitStore& store,
    Executor& executor, const LimitKeyOptions& options) {
  std::vector<BoundLimit> limits;
  for (const RateLimit& limit : method.guard->limits) {
    absl::StatusOr<BoundLimit> bound = Bind(limit, method, options);
    if (!bound.ok()) return bound.status();
    if (!IsOf(group, *bound)) continue;
    for (const BoundLimit& other : limits) {
      if (other.key_prefix != bound->key_prefix) continue;
      return absl::InvalidArgumentError(absl::StrCat(
          "rate limit \"", limit.name,
          "\" is there twice and would count each call twice; drop one"));
    }
    limits.push_back(*std::move(bound));
  }
  if (limits.empty()) return nullptr;
  return std::make_unique<RateLimits>(store, executor, std::move(limits));
}

}  // namespace modelservice
