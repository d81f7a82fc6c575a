// How a thread waits for what gRPC's threads find out.
#ifndef MODELSERVICE_CLIENT_WAIT_H_
#define MODELSERVICE_CLIENT_WAIT_H_

#include <grpcpp/support/byte_buffer.h>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "modelservice/base/call_limits.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/mutex.h"

namespace modelservice::client {

// How often a waiting thread looks whether the call that it works for is over.
constexpr absl::Duration kLook = absl::Milliseconds(20);

// The next look, for a wait that CondVar::WaitUntil does.
inline SteadyTime NextLook(const CallLimits* limits) {
  return limits == nullptr ? kNever : After(kLook);
}

// The answer of a call.
class Answer {
 public:
  void Set(const absl::Status& status, grpc::ByteBuffer* bytes) {
    const MutexLock lock(mutex_);
    status_ = status;
    bytes_.Swap(bytes);
    is_there_ = true;
    changed_.NotifyAll();
  }

  // `cancel` is called when `limits`, which may be null, are those of a call
  // that was cancelled; it must have the answer come.
  absl::Status Wait(const CallLimits* limits,
                    absl::FunctionRef<void()> cancel) {
    MutexLock lock(mutex_);
    while (!is_there_) {
      if (changed_.WaitUntil(mutex_, NextLook(limits))) continue;
      if (!is_there_ && limits->cancelled()) {
        limits = nullptr;
        lock.Unlock();
        cancel();
        lock.Lock();
      }
    }
    return status_;
  }

  // After Wait: nobody else has it any more.
  grpc::ByteBuffer& bytes() ABSL_NO_THREAD_SAFETY_ANALYSIS { return bytes_; }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool is_there_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  grpc::ByteBuffer bytes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_WAIT_H_
