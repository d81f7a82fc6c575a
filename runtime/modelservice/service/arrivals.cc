#include "modelservice/service/arrivals.h"

#include <algorithm>

#include "modelservice/base/waiting.h"

namespace modelservice {

Arrivals::Arrivals(absl::Duration patience, bool of_unary_calls)
    : patience_(patience),
      of_unary_calls_(of_unary_calls),
      thread_("requests that are late", [this] { Watch(); }) {}

Arrivals::~Arrivals() {
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
    changed_.NotifyAll();
  }
  thread_.Join();
}

void Arrivals::Add(Call& call) {
  call.since_ = SteadyNow();
  const MutexLock lock(mutex_);
  call.waits_ = true;
  call.before_ = newest_;
  call.behind_ = nullptr;
  (newest_ == nullptr ? oldest_ : newest_->behind_) = &call;
  newest_ = &call;
}

bool Arrivals::Remove(Call& call) {
  const MutexLock lock(mutex_);
  if (!call.waits_) return false;
  Unlink(call);
  return true;
}

void Arrivals::Unlink(Call& call) {
  call.waits_ = false;
  (call.before_ == nullptr ? oldest_ : call.before_->behind_) = call.behind_;
  (call.behind_ == nullptr ? newest_ : call.behind_->before_) = call.before_;
}

Arrivals::Call* Arrivals::TakeLate(SteadyTime time) {
  Call* const call = oldest_;
  if (call == nullptr || call->since_ > time) return nullptr;
  Unlink(*call);
  return call;
}

void Arrivals::Watch() {
  const NoWaiting others_wait;
  // Nobody wakes this thread: that would cost every call.
  const absl::Duration pause =
      std::clamp(patience_ / 8, absl::Milliseconds(10), absl::Seconds(5));
  mutex_.Lock();
  while (!stopped_) {
    changed_.WaitUntil(mutex_, After(pause));
    const SteadyTime late = SteadyNow() - absl::ToChronoNanoseconds(patience_);
    while (Call* call = stopped_ ? nullptr : TakeLate(late)) {
      mutex_.Unlock();
      call->RequestIsLate();
      mutex_.Lock();
    }
  }
  mutex_.Unlock();
}

}  // namespace modelservice
