#include "modelservice/guard/limits/redis/leases.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"
#include "modelservice/guard/limits/algorithm.h"

namespace modelservice {
namespace {

constexpr size_t kLeaseShards = 16;
// Of a limit, how much one server takes at once.
constexpr int64_t kLargestShare = 8;

}  // namespace

Leases::Leases(absl::Duration length, int64_t maximum_keys, LimitClock clock)
    : length_(length),
      maximum_(std::max<size_t>(
          1, static_cast<size_t>(std::max<int64_t>(0, maximum_keys)) /
                 kLeaseShards)),
      clock_(std::move(clock)) {
  for (size_t i = 0; i < kLeaseShards; ++i) {
    shards_.push_back(std::make_unique<Shard>());
  }
}

Leases::Shard& Leases::ShardOf(absl::string_view key) {
  return *shards_[absl::HashOf(key, kLeaseShards) % kLeaseShards];
}

bool Leases::Pay(const LimitCharge& charge, LimitResult* result) {
  const absl::Time now = clock_();
  Shard& shard = ShardOf(charge.key);
  const MutexLock lock(shard.mutex);
  const auto found = shard.leases.find(charge.key);
  if (found == shard.leases.end()) return false;
  Lease& lease = found->second;
  if (charge.cost <= 0 || now >= lease.until || charge.cost > lease.calls) {
    return false;
  }
  lease.calls -= charge.cost;
  *result = {true, lease.remaining + lease.calls, absl::ZeroDuration(),
             std::max(absl::ZeroDuration(), lease.reset - now)};
  return true;
}

void Leases::PutBack(const LimitCharge& charge) {
  Shard& shard = ShardOf(charge.key);
  const MutexLock lock(shard.mutex);
  const auto found = shard.leases.find(charge.key);
  // Also when the lease is over by now: it is given back with the rest.
  if (found != shard.leases.end()) found->second.calls += charge.cost;
}

Leases::Lease* Leases::Make(Shard& shard, absl::string_view key,
                            absl::Time now) {
  const auto found = shard.leases.find(key);
  if (found != shard.leases.end()) return &found->second;
  if (shard.leases.size() >= maximum_) {
    if (now - shard.swept < length_) return nullptr;
    shard.swept = now;
    for (auto it = shard.leases.begin(); it != shard.leases.end();) {
      const Lease& lease = it->second;
      const bool old = now - lease.asked > length_ && now >= lease.until;
      const auto current = it++;
      if (old) shard.leases.erase(current);
    }
    if (shard.leases.size() >= maximum_) return nullptr;
  }
  return &shard.leases[key];
}

void Leases::Ask(absl::string_view key, ScriptCharge* charge) {
  const absl::Time now = clock_();
  Shard& shard = ShardOf(key);
  const MutexLock lock(shard.mutex);
  Lease* const lease = Make(shard, key, now);
  if (lease == nullptr) return;
  if (now >= lease->until && lease->calls > 0) {
    charge->returned = std::exchange(lease->calls, 0);
    charge->returned_at = lease->at;
  }
  const bool recent = now - lease->asked < length_;
  // An answer that takes longer than a lease has been lost.
  if (lease->asking && recent) return;
  const int64_t largest = LimitCapacity(*charge->limit) / kLargestShare;
  lease->slice = recent ? std::clamp<int64_t>(2 * lease->slice, 1,
                                              std::max<int64_t>(1, largest))
                        : lease->slice / 2;
  lease->asked = now;
  if (largest > 0 && (lease->calls == 0 || now >= lease->until)) {
    charge->wanted = std::min(lease->slice, largest);
  }
  lease->asking = charge->wanted > 0;
}

void Leases::Learn(absl::string_view key, absl::Time asked,
                   const ScriptAnswer& answer) {
  Shard& shard = ShardOf(key);
  const MutexLock lock(shard.mutex);
  const auto found = shard.leases.find(key);
  if (found == shard.leases.end()) return;
  Lease& lease = found->second;
  lease.remaining = answer.result.remaining;
  lease.reset = asked + answer.result.reset;
  if (answer.granted > 0) {
    lease.asking = false;
    // Counted from the question: Redis looked at its clock after that.
    const absl::Time until = asked + std::min(length_, answer.window);
    if (lease.calls > 0 && lease.at == answer.state.at) {
      lease.until = std::min(lease.until, until);
      lease.calls += answer.granted;
    } else {
      lease.until = until;
      lease.calls = answer.granted;
      lease.at = answer.state.at;
    }
  }
}

int64_t Leases::keys() const {
  int64_t keys = 0;
  for (const std::unique_ptr<Shard>& shard : shards_) {
    const MutexLock lock(shard->mutex);
    keys += static_cast<int64_t>(shard->leases.size());
  }
  return keys;
}

}  // namespace modelservice
