#include "modelservice/guard/limits/redis/redis_store.h"

#include <atomic>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/limits/algorithm.h"
#include "modelservice/guard/limits/redis/client.h"
#include "modelservice/guard/limits/redis/leases.h"
#include "modelservice/guard/limits/redis/refusals.h"
#include "modelservice/guard/limits/redis/script.h"
#include "modelservice/guard/limits/steady_time.h"

namespace modelservice {
namespace {

// A charge, once the caller's views are gone.
struct KeptCharge {
  RateLimit limit;  // its texts are not read
  std::string key;
  int64_t cost;
  // Paid from a lease; then Redis is not asked about it.
  std::optional<LimitResult> paid;

  LimitCharge charge() const { return {&limit, key, cost}; }
};

class RedisLimitStore final : public LimitStore {
 public:
  RedisLimitStore(const RedisLimitStoreOptions& options,
                  RedisClient::Options client, std::string key_start)
      : clock_(options.clock),
        steady_clock_(options.steady_clock != nullptr ? options.steady_clock
                      : clock_ != nullptr             ? clock_
                                                      : MonotonicNow),
        key_start_(std::move(key_start)),
        refusals_(options.maximum_keys, steady_clock_),
        client_(std::move(client)) {
    if (options.lease > absl::ZeroDuration()) {
      leases_.emplace(options.lease, options.maximum_keys, steady_clock_);
    }
  }

  bool DecideNow(absl::Span<const LimitCharge> charges,
                 LimitDecision* decision) override;
  void Decide(absl::Span<const LimitCharge> charges, Done done) override;

  LimitCounts counts() const override {
    LimitCounts counts;
    counts.admitted = admitted_.load(std::memory_order_relaxed);
    counts.refused = refused_.load(std::memory_order_relaxed);
    counts.shadow_refused = shadow_refused_.load(std::memory_order_relaxed);
    counts.failed = failed_.load(std::memory_order_relaxed);
    counts.local = local_.load(std::memory_order_relaxed);
    counts.asked = asked_.load(std::memory_order_relaxed);
    counts.reconnects = client_.reconnects();
    if (leases_.has_value()) counts.keys = leases_->keys();
    return counts;
  }

  absl::Status FirstAttempt() { return client_.FirstAttempt(); }

 private:
  using Kept = std::vector<KeptCharge>;

  void PutBackPaid(const Kept& kept, size_t refused_by);
  absl::StatusOr<LimitDecision> Finish(const Kept& kept, absl::Time asked,
                                       const absl::StatusOr<RedisReply>& reply);
  void Count(const LimitDecision& decision);

  const LimitClock clock_;  // in place of Redis's
  const LimitClock steady_clock_;
  const std::string key_start_;
  std::optional<Leases> leases_;
  Refusals refusals_;
  std::atomic<int64_t> admitted_{0};
  std::atomic<int64_t> refused_{0};
  std::atomic<int64_t> shadow_refused_{0};
  std::atomic<int64_t> failed_{0};
  std::atomic<int64_t> local_{0};
  std::atomic<int64_t> asked_{0};
  // Ends first: what it calls back uses the others.
  RedisClient client_;
};

void RedisLimitStore::Count(const LimitDecision& decision) {
  const auto add = [](std::atomic<int64_t>& count) {
    count.fetch_add(1, std::memory_order_relaxed);
  };
  if (!decision.admitted()) return add(refused_);
  add(admitted_);
  for (const LimitResult& result : decision.results) {
    if (!result.allowed) return add(shadow_refused_);
  }
}

bool RedisLimitStore::DecideNow(absl::Span<const LimitCharge> charges,
                                LimitDecision* decision) {
  decision->Clear();
  if (charges.empty()) return true;
  absl::InlinedVector<bool, 4> paid;
  const auto put_back = [&](bool also_fixed_windows) {
    for (size_t i = 0; i < paid.size(); ++i) {
      const bool fixed = CountsRefusedCalls(*charges[i].limit);
      if (paid[i] && (also_fixed_windows || !fixed)) {
        leases_->PutBack(charges[i]);
      }
    }
  };
  // Redis need not be asked about one that counts nothing where one behind it
  // refuses.
  bool must_ask = false;
  for (size_t i = 0; i < charges.size(); ++i) {
    LimitResult result;
    paid.push_back(leases_.has_value() && leases_->Pay(charges[i], &result));
    if (!paid.back() && !refusals_.Find(charges[i], &result)) {
      must_ask = true;
      if (CountsRefusedCalls(*charges[i].limit)) break;
      result = LimitResult();
    }
    decision->results.push_back(result);
    if (!result.allowed && !charges[i].limit->shadow) {
      decision->refused_by = static_cast<int>(i);
      break;
    }
  }
  if (must_ask && decision->admitted()) {
    put_back(true);
    decision->Clear();
    return false;
  }
  if (!decision->admitted()) put_back(false);
  local_.fetch_add(1, std::memory_order_relaxed);
  Count(*decision);
  return true;
}

void RedisLimitStore::Decide(absl::Span<const LimitCharge> charges, Done done) {
  Kept kept;
  kept.reserve(charges.size());
  std::vector<ScriptCharge> asked;
  const absl::Time now = steady_clock_();
  for (const LimitCharge& charge : charges) {
    kept.push_back(
        {*charge.limit, std::string(charge.key), charge.cost, std::nullopt});
    LimitResult result;
    if (leases_.has_value() && leases_->Pay(charge, &result)) {
      kept.back().paid = result;
      continue;
    }
    ScriptCharge ask;
    ask.limit = charge.limit;
    ask.key = absl::StrCat(key_start_, charge.key);
    ask.cost = charge.cost;
    if (leases_.has_value()) leases_->Ask(charge.key, &ask);
    asked.push_back(std::move(ask));
  }
  if (asked.empty()) {
    // Another thread's answer has brought a lease meanwhile.
    LimitDecision decision;
    for (const KeptCharge& charge : kept) {
      decision.results.push_back(*charge.paid);
    }
    local_.fetch_add(1, std::memory_order_relaxed);
    Count(decision);
    done(std::move(decision));
    return;
  }
  asked_.fetch_add(1, std::memory_order_relaxed);
  client_.Run(ScriptWords(asked, clock_), asked.size(),
              [this, kept = std::move(kept), now, done = std::move(done)](
                  absl::StatusOr<RedisReply> reply) mutable {
                const absl::StatusOr<LimitDecision> decision =
                    Finish(kept, now, reply);
                if (decision.ok()) {
                  Count(*decision);
                } else {
                  failed_.fetch_add(1, std::memory_order_relaxed);
                }
                done(decision);
              });
}

absl::StatusOr<LimitDecision> RedisLimitStore::Finish(
    const Kept& kept, absl::Time asked,
    const absl::StatusOr<RedisReply>& reply) {
  size_t count = 0;
  for (const KeptCharge& charge : kept) count += !charge.paid.has_value();
  const absl::StatusOr<ScriptDecision> answer =
      reply.ok() ? ReadScriptReply(**reply, count) : reply.status();
  if (!answer.ok()) {
    for (const KeptCharge& charge : kept) {
      if (charge.paid.has_value()) leases_->PutBack(charge.charge());
    }
    return answer.status();
  }
  LimitDecision decision;
  size_t next = 0;
  for (size_t i = 0; i < kept.size() && decision.admitted(); ++i) {
    if (kept[i].paid.has_value()) {
      decision.results.push_back(*kept[i].paid);
      continue;
    }
    if (next == answer->answers.size()) break;
    const ScriptAnswer& one = answer->answers[next];
    if (leases_.has_value()) {
      leases_->Learn(kept[i].key, asked, one);
    }
    if (one.result.allowed) {
      refusals_.Forget(kept[i].key);
    } else {
      refusals_.Learn(kept[i].key, asked, answer->now, one.state);
    }
    decision.results.push_back(one.result);
    if (static_cast<int>(next) == answer->refused_by) {
      decision.refused_by = static_cast<int>(i);
    }
    ++next;
  }
  if (!decision.admitted()) {
    PutBackPaid(kept, static_cast<size_t>(decision.refused_by));
  }
  return decision;
}

// What a refused call had paid already; a fixed window in front of the one that
// refused stays spent.
void RedisLimitStore::PutBackPaid(const Kept& kept, size_t refused_by) {
  for (size_t i = 0; i < kept.size(); ++i) {
    const bool stays = i < refused_by && CountsRefusedCalls(kept[i].limit);
    if (kept[i].paid.has_value() && !stays) {
      leases_->PutBack(kept[i].charge());
    }
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<LimitStore>> OpenRedisLimitStore(
    const RedisLimitStoreOptions& options) {
  absl::StatusOr<RedisAddress> address = ParseRedisUrl(options.url);
  if (!address.ok()) return address.status();
  if (options.timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        "the store's timeout must be more than 0 milliseconds");
  }
  if (options.lease < absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        "the store's lease must be 0 milliseconds, for none, or more");
  }
  if (options.key_prefix.empty() ||
      options.key_prefix.find_first_of("{}") != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        "key_prefix \"", options.key_prefix,
        "\" must have a character at least, and no { or }: it is the hash tag "
        "of Redis Cluster"));
  }
  RedisClient::Options client;
  client.timeout = options.timeout;
  client.connection.address = *address;
  client.connection.script = kLimitScript;
  const std::string tag = absl::StrCat("{", options.key_prefix, "}");
  client.connection.key = tag;
  if (address->tls) {
    absl::StatusOr<std::shared_ptr<SSL_CTX>> made =
        MakeSslContext(options.ca_file);
    if (!made.ok()) return made.status();
    client.connection.ssl_context = *std::move(made);
  }
  auto store = std::make_unique<RedisLimitStore>(options, std::move(client),
                                                 absl::StrCat(tag, ":"));
  const absl::Status status = store->FirstAttempt();
  if (absl::IsInvalidArgument(status) || absl::IsPermissionDenied(status) ||
      absl::IsResourceExhausted(status)) {
    return absl::Status(
        status.code(),
        absl::StrCat("store ", address->ToString(), ": ", status.message()));
  }
  return store;
}

}  // namespace modelservice
