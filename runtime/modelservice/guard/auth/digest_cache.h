// What was found out about credentials, by their SHA-256 or HMAC: no secret is
// kept, and no look-up tells by its time how much of one was right.
//
//   DigestCache<Answer> cache(/*max_bytes=*/1 << 20);
//   if (std::optional<Answer> known = cache.Find(digest)) ...
//   cache.Put(digest, answer, /*bytes=*/500);
//
// Bounded: past the bytes that were said, what was not asked for longest goes.
// Thread-safe.
#ifndef MODELSERVICE_GUARD_AUTH_DIGEST_CACHE_H_
#define MODELSERVICE_GUARD_AUTH_DIGEST_CACHE_H_

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/openssl.h"

namespace modelservice {

template <class Value>
class DigestCache {
 public:
  explicit DigestCache(size_t max_bytes)
      : max_bytes_(max_bytes / kShards / 2) {}

  std::optional<Value> Find(const Digest& digest) {
    Shard& shard = ShardOf(digest);
    const MutexLock lock(shard.mutex);
    if (const auto found = shard.young.find(digest);
        found != shard.young.end()) {
      return found->second.value;
    }
    const auto found = shard.old.find(digest);
    if (found == shard.old.end()) return std::nullopt;
    Entry entry = std::move(found->second);
    shard.old.erase(found);
    Value value = entry.value;
    Insert(shard, digest, std::move(entry));
    return value;
  }

  // `bytes` is about what it takes in memory.
  void Put(const Digest& digest, Value value, size_t bytes) {
    Shard& shard = ShardOf(digest);
    const MutexLock lock(shard.mutex);
    Insert(shard, digest, Entry{std::move(value), bytes});
  }

 private:
  static constexpr size_t kShards = 16;

  struct Entry {
    Value value;
    size_t bytes;
  };
  using Map = absl::flat_hash_map<Digest, Entry>;
  // Two generations: when the young one is full, it becomes the old one, whose
  // rest is forgotten.
  struct Shard {
    Mutex mutex;
    Map young ABSL_GUARDED_BY(mutex);
    Map old ABSL_GUARDED_BY(mutex);
    size_t young_bytes ABSL_GUARDED_BY(mutex) = 0;
  };

  Shard& ShardOf(const Digest& digest) { return shards_[digest[0] % kShards]; }

  void Insert(Shard& shard, const Digest& digest, Entry entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex) {
    // One that can never fit would only drive out the others.
    if (entry.bytes > max_bytes_) return;
    if (shard.young_bytes + entry.bytes > max_bytes_) {
      shard.old = std::move(shard.young);
      shard.young = Map();
      shard.young_bytes = 0;
    }
    shard.young_bytes += entry.bytes;
    shard.young.insert_or_assign(digest, std::move(entry));
  }

  const size_t max_bytes_;  // of one generation of one shard
  std::array<Shard, kShards> shards_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_DIGEST_CACHE_H_
