// A clock that a test sets, for what rate limits count by.
//
//   modelservice::FakeClock clock;
//   modelservice::TestServer::Options options;
//   options.limit_clock = &clock;
//   ...
//   clock.Advance(absl::Minutes(1));
#ifndef MODELSERVICE_TESTING_FAKE_CLOCK_H_
#define MODELSERVICE_TESTING_FAKE_CLOCK_H_

#include "absl/time/time.h"
#include "modelservice/base/mutex.h"

namespace modelservice {

// Stands still until it is told. Thread-safe.
class FakeClock {
 public:
  // Noon of some day.
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1767268800))
      : now_(now) {}
  FakeClock(const FakeClock&) = delete;
  FakeClock& operator=(const FakeClock&) = delete;

  absl::Time Now() const {
    const MutexLock lock(mutex_);
    return now_;
  }
  void Advance(absl::Duration time) {
    const MutexLock lock(mutex_);
    now_ += time;
  }

 private:
  mutable Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_FAKE_CLOCK_H_
