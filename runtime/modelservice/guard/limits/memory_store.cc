#include "modelservice/guard/limits/memory_store.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/hash/hash.h"
#include "absl/time/clock.h"
#include "modelservice/base/mutex.h"
#include "modelservice/guard/limits/algorithm.h"
#include "modelservice/guard/limits/state_table.h"
#include "modelservice/guard/limits/steady_time.h"

namespace modelservice {
namespace {

constexpr size_t kMostShards = 64;
// With fewer keys, a shard would be full long before the store is.
constexpr size_t kKeysOfShard = 1024;

// On a cache line of its own: threads in different shards do not disturb each
// other.
struct alignas(64) Shard {
  explicit Shard(size_t maximum) : table(maximum) {}

  Mutex mutex;
  StateTable table ABSL_GUARDED_BY(mutex);
  int64_t admitted ABSL_GUARDED_BY(mutex) = 0;
  int64_t refused ABSL_GUARDED_BY(mutex) = 0;
  int64_t shadow_refused ABSL_GUARDED_BY(mutex) = 0;
};

double Fullness(const RateLimit& limit, const LimitState& state) {
  return (state.used + state.before) /
         static_cast<double>(LimitCapacity(limit));
}

// Of one decision, in microseconds.
struct Moment {
  int64_t wall = 0;
  int64_t steady = 0;

  int64_t For(const RateLimit& limit) const {
    return limit.algorithm == LimitAlgorithm::kFixedWindow ? wall : steady;
  }
};

void Keep(Shard& shard, const LimitCharge& charge, const LimitStep& step,
          const Moment& now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex) {
  // The table's time is the steady one, whatever the limit counts by.
  const int64_t left = step.irrelevant - now.For(*charge.limit);
  shard.table.Set(charge.key, step.next, Fullness(*charge.limit, step.next),
                  now.steady + left, now.steady);
}

class MemoryLimitStore final : public LimitStore {
 public:
  explicit MemoryLimitStore(MemoryLimitStoreOptions options)
      : clock_(std::move(options.clock)),
        steady_clock_(std::move(options.steady_clock)) {
    const size_t maximum =
        static_cast<size_t>(std::max<int64_t>(1, options.maximum_keys));
    const size_t count =
        std::clamp<size_t>(maximum / kKeysOfShard, 1, kMostShards);
    for (size_t i = 0; i < count; ++i) {
      shards_.push_back(std::make_unique<Shard>(maximum / count));
    }
  }

  bool DecideNow(absl::Span<const LimitCharge> charges,
                 LimitDecision* decision) override {
    decision->Clear();
    if (charges.empty()) return true;
    const Moment now = Now(charges);
    if (charges.size() == 1) {
      Shard& shard = ShardOf(charges[0].key);
      const MutexLock lock(shard.mutex);
      DecideLocked(charges, {&shard}, now, decision);
      return true;
    }
    DecideAcross(charges, now, decision);
    return true;
  }

  void Decide(absl::Span<const LimitCharge> charges, Done done) override {
    LimitDecision decision;
    DecideNow(charges, &decision);
    done(std::move(decision));
  }

  LimitCounts counts() const override {
    LimitCounts counts;
    for (const std::unique_ptr<Shard>& shard : shards_) {
      const MutexLock lock(shard->mutex);
      counts.admitted += shard->admitted;
      counts.refused += shard->refused;
      counts.shadow_refused += shard->shadow_refused;
      counts.keys += static_cast<int64_t>(shard->table.size());
      counts.forgotten += shard->table.forgotten();
    }
    return counts;
  }

 private:
  using Shards = absl::InlinedVector<Shard*, 4>;

  // The wall's clock is read only where it is looked at.
  Moment Now(absl::Span<const LimitCharge> charges) const {
    const bool by_wall = std::any_of(
        charges.begin(), charges.end(), [](const LimitCharge& charge) {
          return charge.limit->algorithm == LimitAlgorithm::kFixedWindow;
        });
    Moment now;
    if (by_wall) {
      now.wall = absl::ToUnixMicros(clock_ == nullptr ? absl::Now() : clock_());
    }
    now.steady = absl::ToUnixMicros(steady_clock_ != nullptr ? steady_clock_()
                                    : clock_ != nullptr      ? clock_()
                                                             : MonotonicNow());
    return now;
  }

  Shard& ShardOf(absl::string_view key) {
    return *shards_[absl::HashOf(key, shards_.size()) % shards_.size()];
  }

  // Which locks are held is known only as it runs: clang cannot check that.
  void DecideAcross(absl::Span<const LimitCharge> charges, const Moment& now,
                    LimitDecision* decision) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    Shards shards;
    for (const LimitCharge& charge : charges) {
      shards.push_back(&ShardOf(charge.key));
    }
    // In one order everywhere, so that no two decisions wait for each other.
    Shards locked = shards;
    std::sort(locked.begin(), locked.end());
    locked.erase(std::unique(locked.begin(), locked.end()), locked.end());
    for (Shard* shard : locked) shard->mutex.Lock();
    DecideLocked(charges, shards, now, decision);
    for (Shard* shard : locked) shard->mutex.Unlock();
  }

  // `shards` are those of the charges; all of them are locked.
  static void DecideLocked(absl::Span<const LimitCharge> charges,
                           const Shards& shards, const Moment& now,
                           LimitDecision* decision)
      ABSL_NO_THREAD_SAFETY_ANALYSIS {
    // What is counted only if nobody refuses.
    absl::InlinedVector<std::pair<size_t, LimitStep>, 2> pending;
    bool shadow_refused = false;
    for (size_t i = 0; i < charges.size(); ++i) {
      const LimitCharge& charge = charges[i];
      const RateLimit& limit = *charge.limit;
      const LimitStep step = StepLimit(limit, shards[i]->table.Find(charge.key),
                                       now.For(limit), charge.cost);
      decision->results.push_back(step.result);
      const bool counts = charge.cost > 0 && step.result.allowed;
      if (counts && !CountsRefusedCalls(limit)) {
        pending.emplace_back(i, step);
      } else if ((charge.cost > 0 && CountsRefusedCalls(limit)) ||
                 (step.moved && !step.result.allowed)) {
        Keep(*shards[i], charge, step, now);
      }
      if (step.result.allowed) continue;
      if (limit.shadow) {
        shadow_refused = true;
        continue;
      }
      decision->refused_by = static_cast<int>(i);
      ++shards[0]->refused;
      return;
    }
    for (const auto& [i, step] : pending) {
      Keep(*shards[i], charges[i], step, now);
    }
    ++shards[0]->admitted;
    if (shadow_refused) ++shards[0]->shadow_refused;
  }

  const LimitClock clock_;
  const LimitClock steady_clock_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace

std::unique_ptr<LimitStore> NewMemoryLimitStore(
    MemoryLimitStoreOptions options) {
  return std::make_unique<MemoryLimitStore>(std::move(options));
}

}  // namespace modelservice
