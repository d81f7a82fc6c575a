// One gRPC operation of a stream at a time: started by the thread of the
// handler, ended by a callback, and waited for.
#ifndef MODELSERVICE_SERVICE_FLIGHT_H_
#define MODELSERVICE_SERVICE_FLIGHT_H_

#include "modelservice/base/clock.h"
#include "modelservice/base/executor.h"
#include "modelservice/base/mutex.h"

namespace modelservice {

class Flight {
 public:
  void Start() {
    const MutexLock lock(mutex_);
    flying_ = true;
  }
  void End(bool ok) {
    // Under the lock, so that the waiter cannot destroy this before NotifyAll.
    const MutexLock lock(mutex_);
    flying_ = false;
    ok_ = ok_ && ok;
    landed_.NotifyAll();
  }

  enum class Landing { kOk, kFailed, kStillFlies };
  // Waits until nothing flies: kFailed once an operation has failed. The thread
  // waits for a client and so does not count as busy.
  Landing WaitUntil(SteadyTime until) {
    {
      const MutexLock lock(mutex_);
      if (!flying_) return ok_ ? Landing::kOk : Landing::kFailed;
    }
    const Executor::Idle for_a_client;
    const MutexLock lock(mutex_);
    while (flying_) {
      if (!landed_.WaitUntil(mutex_, until) && flying_) {
        return Landing::kStillFlies;
      }
    }
    return ok_ ? Landing::kOk : Landing::kFailed;
  }
  bool Wait(SteadyTime until = kNever) {
    return WaitUntil(until) == Landing::kOk;
  }

 private:
  Mutex mutex_;
  CondVar landed_;
  bool flying_ ABSL_GUARDED_BY(mutex_) = false;
  bool ok_ ABSL_GUARDED_BY(mutex_) = true;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FLIGHT_H_
