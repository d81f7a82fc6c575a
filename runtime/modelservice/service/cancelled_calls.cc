#include "modelservice/service/cancelled_calls.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace modelservice {
namespace {

// In which a peer may have all of its calls again.
constexpr absl::Duration kPeriod = absl::Seconds(30);

}  // namespace

double CancelledCalls::LeftOf(const Peer& peer, SteadyTime now) const {
  const absl::Duration passed = absl::FromChrono(now - peer.at);
  return std::min(most_,
                  peer.left + most_ * absl::FDivDuration(passed, kPeriod));
}

void CancelledCalls::Sweep(SteadyTime now) {
  for (auto peer = peers_.begin(); peer != peers_.end();) {
    peer = LeftOf(peer->second, now) < most_ ? std::next(peer)
                                             : peers_.erase(peer);
  }
  // Not again before there are many more.
  sweep_at_ = std::max<size_t>(1000, peers_.size() * 2);
}

void CancelledCalls::Count(const std::string& peer, SteadyTime now) {
  // Of this machine, and without a name of its own.
  if (absl::StartsWith(peer, "unix:")) return;
  {
    const MutexLock lock(mutex_);
    if (peers_.size() >= sweep_at_) Sweep(now);
    Peer& counted = peers_.try_emplace(peer, Peer{most_, now}).first->second;
    counted = {LeftOf(counted, now) - 1, now};
    if (counted.left >= 0) return;
    // It may have come back under the same name.
    counted.left = most_;
  }
  log_.Log(Severity::kWarning,
           absl::StrCat("the connection of ", peer, " is closed: ", most_,
                        " of its calls were cancelled before they began "
                        "(max_connection_resets)"));
  drop_(peer);
}

}  // namespace modelservice
