#include "modelservice/server/slow_lane.h"

#include <unistd.h>

#include <iterator>
#include <utility>

#include "absl/time/time.h"

namespace modelservice {
namespace {

constexpr absl::Duration kPenance = absl::Seconds(30);
constexpr absl::Duration kPace = absl::Seconds(1);
constexpr size_t kMostWaiting = 100;
constexpr size_t kMostAddresses = 10000;

}  // namespace

void SlowLane::Add(const std::string& address, SteadyTime now) {
  if (addresses_.size() >= kMostAddresses) ForgetOld(now);
  if (addresses_.size() >= kMostAddresses) return;
  Address& slow = addresses_[address];
  slow.until = After(kPenance, now);
  slow.next = After(kPace, now);
}

void SlowLane::ForgetOld(SteadyTime now) {
  for (auto address = addresses_.begin(); address != addresses_.end();) {
    const bool old =
        address->second.until <= now && address->second.waiting.empty();
    address = old ? addresses_.erase(address) : std::next(address);
  }
}

SlowLane::Way SlowLane::Take(const std::string& address,
                             const Connection& connection, SteadyTime now) {
  const auto slow = addresses_.find(address);
  if (slow == addresses_.end()) return Way::kGo;
  auto& [until, next, waiting] = slow->second;
  if (waiting.empty() && until <= now) {
    addresses_.erase(slow);
    return Way::kGo;
  }
  if (waiting.empty() && next <= now) {
    next = After(kPace, now);
    return Way::kGo;
  }
  if (waiting_ >= kMostWaiting) return Way::kFull;
  waiting.push_back(connection);
  ++waiting_;
  return Way::kWait;
}

std::vector<SlowLane::Connection> SlowLane::Due(SteadyTime now) {
  std::vector<Connection> due;
  if (waiting_ == 0) return due;
  for (auto& [address, slow] : addresses_) {
    if (slow.waiting.empty() || slow.next > now) continue;
    due.push_back(std::move(slow.waiting.front()));
    slow.waiting.pop_front();
    --waiting_;
    slow.next = After(kPace, now);
  }
  return due;
}

void SlowLane::Clear() {
  for (auto& [address, slow] : addresses_) {
    for (const Connection& connection : slow.waiting) {
      close(connection.descriptor);
    }
  }
  addresses_.clear();
  waiting_ = 0;
}

}  // namespace modelservice
