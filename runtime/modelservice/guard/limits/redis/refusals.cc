#include "modelservice/guard/limits/redis/refusals.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"

namespace modelservice {
namespace {

constexpr size_t kRefusalShards = 16;

}  // namespace

Refusals::Refusals(int64_t maximum_keys, LimitClock clock)
    : maximum_(std::max<size_t>(
          1, static_cast<size_t>(std::max<int64_t>(0, maximum_keys)) /
                 kRefusalShards)),
      clock_(std::move(clock)) {
  for (size_t i = 0; i < kRefusalShards; ++i) {
    shards_.push_back(std::make_unique<Shard>());
  }
}

Refusals::Shard& Refusals::ShardOf(absl::string_view key) {
  return *shards_[absl::HashOf(key, kRefusalShards) % kRefusalShards];
}

void Refusals::Turn(Shard& shard, absl::Time now) {
  if (now - shard.since < kBelieved) return;
  shard.former.clear();
  std::swap(shard.recent, shard.former);
  shard.since = now;
}

namespace {

// Whether Redis, too, would count nothing if it refused the call.
bool CountsNothing(const LimitCharge& charge, const LimitState& state) {
  return !CountsRefusedCalls(*charge.limit) ||
         charge.cost > LimitCapacity(*charge.limit) ||
         state.used > static_cast<double>(charge.limit->max_calls);
}

}  // namespace

bool Refusals::Find(const LimitCharge& charge, LimitResult* result) {
  const absl::Time now = clock_();
  Count count;
  {
    Shard& shard = ShardOf(charge.key);
    const MutexLock lock(shard.mutex);
    auto found = shard.recent.find(charge.key);
    if (found == shard.recent.end()) {
      found = shard.former.find(charge.key);
      if (found == shard.former.end()) return false;
    }
    count = found->second;
  }
  const absl::Duration passed = now - count.asked;
  if (passed >= kBelieved || !CountsNothing(charge, count.state)) return false;
  // Counted from the question: Redis looked at its clock after that, so that
  // this time is ahead of its and the limit admits here no later.
  *result =
      StepLimit(*charge.limit, count.state,
                count.now + absl::ToInt64Microseconds(passed), charge.cost)
          .result;
  return !result->allowed;
}

void Refusals::Learn(absl::string_view key, absl::Time asked, int64_t now,
                     const LimitState& state) {
  Shard& shard = ShardOf(key);
  const MutexLock lock(shard.mutex);
  Turn(shard, clock_());
  const auto found = shard.recent.find(key);
  if (found != shard.recent.end()) {
    // Answers may come in another order than questions.
    if (found->second.asked <= asked) found->second = {state, asked, now};
    return;
  }
  if (shard.recent.size() + shard.former.size() >= maximum_) return;
  shard.recent[std::string(key)] = {state, asked, now};
}

void Refusals::Forget(absl::string_view key) {
  Shard& shard = ShardOf(key);
  const MutexLock lock(shard.mutex);
  shard.recent.erase(key);
  shard.former.erase(key);
}

int64_t Refusals::keys() const {
  size_t keys = 0;
  for (const std::unique_ptr<Shard>& shard : shards_) {
    const MutexLock lock(shard->mutex);
    keys += shard->recent.size() + shard->former.size();
  }
  return static_cast<int64_t>(keys);
}

}  // namespace modelservice
