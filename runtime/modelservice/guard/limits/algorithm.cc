#include "modelservice/guard/limits/algorithm.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

constexpr int64_t kSecond = 1000000;  // microseconds
// Some 30 years: also what a bucket may take to refill.
constexpr absl::Duration kLongestPeriod = absl::Seconds(1000000000);

int64_t Left(double capacity, double used) {
  return static_cast<int64_t>(std::floor(std::max(0.0, capacity - used)));
}

// A call that no wait helps, and one that takes nothing: the same everywhere.
bool Counts(const RateLimit& limit, int64_t cost) {
  return cost > 0 && cost <= LimitCapacity(limit);
}

absl::Duration RetryAfter(bool allowed, bool possible, int64_t wait) {
  if (allowed) return absl::ZeroDuration();
  return possible ? absl::Microseconds(wait) : absl::InfiniteDuration();
}

LimitStep FixedWindow(const RateLimit& limit, const LimitState& state,
                      int64_t now, int64_t cost) {
  const int64_t second = now / kSecond;
  const int64_t period = absl::ToInt64Seconds(limit.period);
  int64_t end = (second + period - 1) / period * period;
  const double most = static_cast<double>(limit.max_calls);
  LimitStep step;
  double used = state.at >= end ? state.used : 0;
  // Where the clock was set back, its window goes on.
  if (state.at > end) end = std::min(state.at, end + period);
  step.moved = state.at > end;
  const bool possible = cost <= limit.max_calls;
  bool allowed = possible;
  if (Counts(limit, cost)) {
    // Past the limit, how far does not matter.
    used = std::min(used + static_cast<double>(cost), most + 1);
    allowed = used <= most;
  }
  step.next = {end, used, 0};
  // The window's last second is a part of it.
  step.irrelevant = (end + 1) * kSecond;
  step.result = {allowed, Left(most, used),
                 RetryAfter(allowed, possible, step.irrelevant - now),
                 absl::Microseconds(used > 0 ? step.irrelevant - now : 0)};
  return step;
}

LimitStep SlidingWindow(const RateLimit& limit, const LimitState& state,
                        int64_t now, int64_t cost) {
  const int64_t length = absl::ToInt64Microseconds(limit.period);
  int64_t window = now / length;
  // Where the clock was set back, it stands still at the window's beginning.
  if (state.at > window) window = std::min(state.at, window + 1);
  const int64_t elapsed = std::max<int64_t>(0, now - window * length);
  // Until the clock goes on.
  const int64_t still = std::max<int64_t>(0, window * length - now);
  const double period = static_cast<double>(length);
  const double most = static_cast<double>(limit.max_calls);
  double used = 0;
  double before = 0;
  if (state.at >= window) {
    used = state.used;
    before = state.before;
  } else if (state.at == window - 1) {
    before = state.used;
  }
  const double share = static_cast<double>(length - elapsed) / period;
  const double taken = before * share + used;
  const bool possible = cost <= limit.max_calls;
  const double rest = most - static_cast<double>(cost);
  const bool allowed = possible && (cost == 0 || taken <= rest);
  int64_t wait = 0;
  if (!allowed && possible) {
    // When the share has fallen far enough: of the window before, or of this
    // one when it has become that.
    const double at = used <= rest ? period * (1 - (rest - used) / before)
                                   : period + period * (1 - rest / used);
    wait = std::max<int64_t>(1, static_cast<int64_t>(std::ceil(at)) - elapsed);
  }
  const double cost_taken = allowed ? static_cast<double>(cost) : 0;
  used += cost_taken;
  const int64_t ends = used > 0 ? 2 * length : before > 0 ? length : elapsed;
  LimitStep step;
  step.next = {window, used, before};
  step.moved = state.at > window;
  step.irrelevant = now + still + ends - elapsed;
  step.result = {allowed, Left(most, taken + cost_taken),
                 RetryAfter(allowed, possible, still + wait),
                 absl::Microseconds(step.irrelevant - now)};
  return step;
}

LimitStep TokenBucket(const RateLimit& limit, const LimitState& state,
                      int64_t now, int64_t cost) {
  const int64_t length = absl::ToInt64Microseconds(limit.period);
  const double period = static_cast<double>(length);
  const double rate = static_cast<double>(limit.max_calls);
  const double most = static_cast<double>(limit.burst);
  LimitStep step;
  // Where the clock was set back, it stands still.
  const int64_t at = std::clamp(state.at, now, now + length);
  const int64_t still = at - now;
  step.moved = state.at > at;
  double missing = state.used;
  if (at > state.at) {
    // What refills in the time; exact when whole calls did.
    missing -= static_cast<double>(at - state.at) * rate / period;
  }
  missing = std::max(0.0, missing);
  const bool possible = cost <= limit.burst;
  const double over = missing + static_cast<double>(cost) - most;
  const bool allowed = possible && (cost == 0 || over <= 0);
  const auto wait =
      static_cast<int64_t>(std::ceil(std::max(0.0, over) * period / rate));
  if (allowed) missing += static_cast<double>(cost);
  const auto full = static_cast<int64_t>(std::ceil(missing * period / rate));
  step.next = {at, missing, 0};
  step.irrelevant = at + full;
  step.result = {allowed, Left(most, missing),
                 RetryAfter(allowed, possible, still + wait),
                 absl::Microseconds(missing > 0 ? still + full : 0)};
  return step;
}

}  // namespace

absl::Status CheckRateLimit(const RateLimit& limit) {
  const auto error = [&](absl::string_view fault) {
    return absl::InvalidArgumentError(absl::StrCat(
        "rate limit \"", limit.name.empty() ? limit.group : limit.name,
        "\": ", fault));
  };
  if (limit.group.empty()) return error("group is empty; name it");
  if (limit.max_calls < 1 || limit.max_calls > kMostCalls) {
    return error(absl::StrCat("max_calls is ", limit.max_calls,
                              "; it must be from 1 to ", kMostCalls));
  }
  if (limit.period <= absl::ZeroDuration() || limit.period > kLongestPeriod) {
    return error(absl::StrCat("period is ", absl::FormatDuration(limit.period),
                              "; it must be more than zero and at most ",
                              absl::ToInt64Seconds(kLongestPeriod),
                              " seconds"));
  }
  const bool fixed = limit.algorithm == LimitAlgorithm::kFixedWindow;
  const absl::Duration unit = fixed ? absl::Seconds(1) : absl::Microseconds(1);
  if (limit.period != absl::Trunc(limit.period, unit)) {
    return error(absl::StrCat(
        "period is ", absl::FormatDuration(limit.period), "; it must be whole ",
        fixed ? "seconds: SLIDING_WINDOW and TOKEN_BUCKET know shorter ones"
              : "microseconds"));
  }
  if (limit.algorithm == LimitAlgorithm::kTokenBucket &&
      (limit.burst < 1 || limit.burst > kMostCalls)) {
    return error(absl::StrCat("burst is ", limit.burst,
                              "; it must be from 1 to ", kMostCalls));
  }
  if (limit.algorithm == LimitAlgorithm::kTokenBucket &&
      static_cast<double>(limit.burst) / static_cast<double>(limit.max_calls) *
              absl::ToDoubleSeconds(limit.period) >
          absl::ToDoubleSeconds(kLongestPeriod)) {
    return error(absl::StrCat("burst is ", limit.burst,
                              ", which takes more than ",
                              absl::ToInt64Seconds(kLongestPeriod),
                              " seconds to refill; make it smaller"));
  }
  return absl::OkStatus();
}

int64_t LimitCapacity(const RateLimit& limit) {
  return limit.algorithm == LimitAlgorithm::kTokenBucket ? limit.burst
                                                         : limit.max_calls;
}

LimitStep StepLimit(const RateLimit& limit, const LimitState& state,
                    int64_t now, int64_t cost) {
  switch (limit.algorithm) {
    case LimitAlgorithm::kFixedWindow:
      return FixedWindow(limit, state, now, cost);
    case LimitAlgorithm::kSlidingWindow:
      return SlidingWindow(limit, state, now, cost);
    case LimitAlgorithm::kTokenBucket:
      return TokenBucket(limit, state, now, cost);
  }
  return FixedWindow(limit, state, now, cost);
}

}  // namespace modelservice
