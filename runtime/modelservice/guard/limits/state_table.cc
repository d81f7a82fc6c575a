#include "modelservice/guard/limits/state_table.h"

#include <utility>

namespace modelservice {
namespace {

// How many entries are looked at to find the one that matters least. When one
// in two entries is a fresh one, an exhausted one goes once in 65,536 times.
constexpr int kSamples = 16;
// A step looks at one entry. With two for each new one the table would still
// grow, by what lives meanwhile; with four it is at most half as large again as
// what still matters.
constexpr int kSweepSteps = 4;

}  // namespace

LimitState StateTable::Find(absl::string_view key) const {
  const auto found = index_.find(key);
  return found == index_.end() ? LimitState() : entries_[*found].state;
}

void StateTable::Set(absl::string_view key, const LimitState& state,
                     double fullness, int64_t irrelevant, int64_t now) {
  const auto found = index_.find(key);
  if (found != index_.end()) {
    Entry& entry = entries_[*found];
    entry.state = state;
    entry.irrelevant = irrelevant;
    entry.fullness = fullness;
    return;
  }
  if (irrelevant <= now) return;
  Sweep(now);
  uint32_t position = static_cast<uint32_t>(entries_.size());
  if (entries_.size() < maximum_) {
    entries_.push_back({std::string(key), state, irrelevant, fullness});
  } else {
    position = MakeRoom(now);
    index_.erase(position);
    // Not in place: a short key would keep a long one's memory.
    entries_[position] = {std::string(key), state, irrelevant, fullness};
  }
  index_.insert(position);
}

uint32_t StateTable::MakeRoom(int64_t now) {
  std::uniform_int_distribution<uint32_t> any(
      0, static_cast<uint32_t>(entries_.size() - 1));
  uint32_t least = any(random_);
  for (int i = 0; i < kSamples && entries_[least].irrelevant > now; ++i) {
    const uint32_t other = any(random_);
    const Entry& a = entries_[other];
    const Entry& b = entries_[least];
    if (a.irrelevant <= now || a.fullness < b.fullness ||
        (a.fullness == b.fullness && a.irrelevant < b.irrelevant)) {
      least = other;
    }
  }
  if (entries_[least].irrelevant > now) ++forgotten_;
  return least;
}

void StateTable::Sweep(int64_t now) {
  for (int i = 0; i < kSweepSteps && !entries_.empty(); ++i) {
    if (swept_ >= entries_.size()) swept_ = 0;
    if (entries_[swept_].irrelevant <= now) {
      Remove(static_cast<uint32_t>(swept_));
    } else {
      ++swept_;
    }
  }
}

void StateTable::Remove(uint32_t position) {
  const uint32_t last = static_cast<uint32_t>(entries_.size() - 1);
  index_.erase(position);
  if (position != last) {
    index_.erase(last);
    entries_[position] = std::move(entries_[last]);
    index_.insert(position);
  }
  entries_.pop_back();
}

}  // namespace modelservice
