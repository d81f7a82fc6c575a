#include "modelservice/guard/rate_limits.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/errors.h"
#include "modelservice/guard/limits/algorithm.h"
#include "modelservice/guard/limits/refusal.h"
#include "modelservice/rate_limiter.h"

namespace modelservice {
namespace {

// What one limit is counted by.
struct BoundLimit {
  std::vector<LimitKeySource> keys;
  absl::string_view cost_field;
  std::optional<RequestPath> cost;
  bool reads_request = false;
  bool needs_no_caller = true;
};

class RateLimits final : public MeasuredInterceptor {
 public:
  RateLimits(absl::string_view method, RateLimiter limiter, Executor& executor,
             std::vector<BoundLimit> limits)
      : method_(method),
        limiter_(std::move(limiter)),
        executor_(executor),
        limits_(std::move(limits)) {
    for (const BoundLimit& limit : limits_) {
      reads_request_ = reads_request_ || limit.reads_request;
    }
  }

  void Start(CallContext& call, Done done) override {
    const google::protobuf::Message* const request =
        reads_request_ ? call.request() : nullptr;
    RateLimiter::Count count(limiter_, call.method());
    for (size_t i = 0; i < limits_.size(); ++i) {
      const int64_t cost = CostOf(limits_[i], request);
      if (cost < 0) {
        done(InvalidArgument({{std::string(limits_[i].cost_field),
                               "Ensure this value is greater than or equal to "
                               "0."}}));
        return;
      }
      for (const LimitKeySource& source : limits_[i].keys) {
        source.AddTo(count.key(i), call, request);
      }
      count.set_cost(i, cost);
    }
    if (auto answer = limiter_.DecideNow(count)) {
      done(Told(call, *std::move(answer)));
      return;
    }
    limiter_.Decide(count, [this, &call, done = std::move(done)](
                               RateLimiter::Answer answer) mutable {
      // Not here: other calls wait for this thread.
      executor_.Continue(
          [status = Told(call, std::move(answer)),
           done = std::move(done)]() mutable { done(std::move(status)); });
    });
  }

  void Report(Measures& to) override { limiter_.Report(method_, to); }

 private:
  static int64_t CostOf(const BoundLimit& bound,
                        const google::protobuf::Message* request) {
    if (!bound.cost.has_value() || request == nullptr) return 1;
    const int64_t cost = bound.cost->Integer(*request).value_or(1);
    // Clients choose it: none may call for nothing.
    return cost == 0 ? 1 : cost;
  }

  // With the trailers of a refusal.
  static absl::Status Told(CallContext& call, RateLimiter::Answer answer) {
    if (answer.refused_by != nullptr) {
      const LimitResult& result = answer.result;
      call.AddTrailer("ratelimit-limit",
                      absl::StrCat(LimitCapacity(*answer.refused_by)));
      call.AddTrailer("ratelimit-remaining", absl::StrCat(result.remaining));
      call.AddTrailer("ratelimit-reset",
                      absl::StrCat(WholeSeconds(result.reset)));
    }
    return std::move(answer.status);
  }

  const std::string method_;
  const RateLimiter limiter_;
  Executor& executor_;
  const std::vector<BoundLimit> limits_;  // in the limiter's order
  bool reads_request_ = false;
};

absl::StatusOr<BoundLimit> Bind(const RateLimit& limit, const Method& method,
                                const LimitKeyOptions& options) {
  const auto error = [&](absl::string_view fault) {
    return absl::InvalidArgumentError(
        absl::StrCat("rate limit \"", limit.name, "\": ", fault));
  };
  BoundLimit bound;
  bound.cost_field = limit.cost;
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

absl::StatusOr<std::unique_ptr<MeasuredInterceptor>> MakeRateLimits(
    const Method& method, LimitGroup group, LimitStore& store,
    Executor& executor, const LimitKeyOptions& options) {
  std::vector<RateLimit> limits;
  std::vector<BoundLimit> bounds;
  for (const RateLimit& limit : method.guard->limits) {
    absl::StatusOr<BoundLimit> bound = Bind(limit, method, options);
    if (!bound.ok()) return bound.status();
    if (!IsOf(group, *bound)) continue;
    limits.push_back(limit);
    bounds.push_back(*std::move(bound));
  }
  if (limits.empty()) return nullptr;
  absl::StatusOr<RateLimiter> limiter = RateLimiter::Create(&store, limits);
  if (!limiter.ok()) return limiter.status();
  return std::make_unique<RateLimits>(method.path, *std::move(limiter),
                                      executor, std::move(bounds));
}

}  // namespace modelservice
