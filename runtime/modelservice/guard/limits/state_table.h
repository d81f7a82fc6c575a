// The counts of one shard: a table of bounded size from keys to states.
//
// Not thread-safe.
#ifndef MODELSERVICE_GUARD_LIMITS_STATE_TABLE_H_
#define MODELSERVICE_GUARD_LIMITS_STATE_TABLE_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "modelservice/guard/limits/algorithm.h"

namespace modelservice {

class StateTable {
 public:
  explicit StateTable(size_t maximum)
      : maximum_(maximum),
        index_(0, KeyHash{&entries_}, KeyEqual{&entries_}),
        random_(std::random_device()()) {}
  StateTable(const StateTable&) = delete;
  StateTable& operator=(const StateTable&) = delete;

  // Zeros for a key that is not there.
  LimitState Find(absl::string_view key) const;

  // `fullness` is how much of the limit is used, from 0; at `irrelevant` the
  // state may go. `now` is like it in microseconds, of any one clock.
  void Set(absl::string_view key, const LimitState& state, double fullness,
           int64_t irrelevant, int64_t now);

  size_t size() const { return entries_.size(); }
  // Forgotten before their time.
  int64_t forgotten() const { return forgotten_; }

 private:
  struct Entry {
    std::string key;
    LimitState state;
    int64_t irrelevant;
    double fullness;
  };
  // The index holds positions in `entries_` and is asked by key.
  struct KeyHash {
    using is_transparent = void;
    size_t operator()(absl::string_view key) const { return absl::HashOf(key); }
    size_t operator()(uint32_t i) const { return (*this)((*entries)[i].key); }
    const std::vector<Entry>* entries;
  };
  struct KeyEqual {
    using is_transparent = void;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t i, absl::string_view key) const {
      return (*entries)[i].key == key;
    }
    bool operator()(absl::string_view key, uint32_t i) const {
      return (*this)(i, key);
    }
    const std::vector<Entry>* entries;
  };

  // The position of an entry that may be written over.
  uint32_t MakeRoom(int64_t now);
  // Removes a few that no longer matter, so that the table shrinks while new
  // keys come.
  void Sweep(int64_t now);
  void Remove(uint32_t position);

  const size_t maximum_;
  std::vector<Entry> entries_;
  absl::flat_hash_set<uint32_t, KeyHash, KeyEqual> index_;
  std::minstd_rand random_;
  size_t swept_ = 0;
  int64_t forgotten_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_STATE_TABLE_H_
