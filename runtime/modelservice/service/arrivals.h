// Calls whose request has not come yet: a client that opens calls and sends
// nothing does not have them for long.
//
// Thread-safe.
#ifndef MODELSERVICE_SERVICE_ARRIVALS_H_
#define MODELSERVICE_SERVICE_ARRIVALS_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/thread.h"

namespace modelservice {

class Arrivals {
 public:
  // A call, linked to those that wait with it. Lives until Remove, or until it
  // has been told that it is late.
  class Call {
   public:
    virtual ~Call() = default;
    // The request did not come in time. On the thread of Arrivals; must not
    // block.
    virtual void RequestIsLate() = 0;

   private:
    friend class Arrivals;
    Call* before_ = nullptr;
    Call* behind_ = nullptr;
    SteadyTime since_;
    bool waits_ = false;
  };

  // Calls are late after `patience`, and an eighth of it at most. Unary ones
  // need not be waited for here: gRPC reads the request of such a call before
  // it tells of it, in a fifth less time, and waits for it without an end.
  explicit Arrivals(absl::Duration patience, bool of_unary_calls = true);
  ~Arrivals();
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

  // Whether there was a thread to be had.
  const absl::Status& started() const { return thread_.status(); }

  void Add(Call& call);
  // False when the call is late: then it is the other one's to end.
  bool Remove(Call& call);

  absl::Duration patience() const { return patience_; }
  bool of_unary_calls() const { return of_unary_calls_; }

 private:
  void Watch();
  void Unlink(Call& call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes out the oldest call if it has waited since `time`.
  Call* TakeLate(SteadyTime time) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const absl::Duration patience_;
  const bool of_unary_calls_;
  Mutex mutex_;
  CondVar changed_;
  Call* oldest_ ABSL_GUARDED_BY(mutex_) = nullptr;
  Call* newest_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  Thread thread_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_ARRIVALS_H_
