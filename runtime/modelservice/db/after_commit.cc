#include "modelservice/db/after_commit.h"

#include <utility>

namespace modelservice {

void AfterCommit::Run(Work work) {
  bool starts = false;
  Work here;  // where there is no room for it to wait
  {
    const MutexLock lock(mutex_);
    starts = running_ < bounds_.most_running;
    if (starts) ++running_;
    if (starts || waiting_.size() < bounds_.most_waiting) {
      waiting_.push_back(std::move(work));
    } else {
      here = std::move(work);
    }
  }
  if (here != nullptr) return here();
  // It goes on with what was begun, and so is never refused, not even by an
  // executor that closes.
  if (starts) executor_.ContinueApart([this] { RunWaiting(); });
}

void AfterCommit::RunWaiting() {
  while (true) {
    Work work;
    {
      const MutexLock lock(mutex_);
      if (waiting_.empty()) {
        if (--running_ == 0) ended_.NotifyAll();
        return;
      }
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

void AfterCommit::Drain() {
  const MutexLock lock(mutex_);
  while (running_ > 0) ended_.Wait(mutex_);
}

}  // namespace modelservice
