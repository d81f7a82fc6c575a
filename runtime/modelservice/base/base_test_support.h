// What the tests of base share.
#ifndef MODELSERVICE_BASE_BASE_TEST_SUPPORT_H_
#define MODELSERVICE_BASE_BASE_TEST_SUPPORT_H_

#include <atomic>

#include "modelservice/base/call_limits.h"
#include "modelservice/base/mutex.h"

namespace modelservice {

// Holds threads until it opens, and counts who came.
class TestGate {
 public:
  void Pass() {
    const MutexLock lock(mutex_);
    ++waiting_;
    changed_.NotifyAll();
    while (!open_) changed_.Wait(mutex_);
  }
  void AwaitWaiting(int count) {
    const MutexLock lock(mutex_);
    while (waiting_ < count) changed_.Wait(mutex_);
  }
  void Open() {
    const MutexLock lock(mutex_);
    open_ = true;
    changed_.NotifyAll();
  }
  int waiting() {
    const MutexLock lock(mutex_);
    return waiting_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
};

class TestLimits final : public CallLimits {
 public:
  explicit TestLimits(SteadyTime end = kNever) : end_(end) {}
  SteadyTime ends_at() const override { return end_; }
  bool cancelled() const override { return cancelled_; }
  void Cancel() { cancelled_ = true; }

 private:
  const SteadyTime end_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_BASE_TEST_SUPPORT_H_
