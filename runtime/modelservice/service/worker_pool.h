// Threads for code that may block: custom methods and streams.
//
// Starts a thread when there is work and none is idle, up to a limit; then work
// waits its turn. Thread-safe.
#ifndef MODELSERVICE_SERVICE_WORKER_POOL_H_
#define MODELSERVICE_SERVICE_WORKER_POOL_H_

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"

namespace modelservice {

class WorkerPool {
 public:
  explicit WorkerPool(int max_threads)
      : max_threads_(static_cast<size_t>(max_threads)) {}
  // Finishes what was posted.
  ~WorkerPool();

  void Post(absl::AnyInvocable<void()> work);

 private:
  void Work();
  // With the lock held.
  void WakeOne();

  const size_t max_threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<absl::AnyInvocable<void()>> queue_;
  std::vector<std::thread> threads_;
  size_t idle_ = 0;
  // Whether a thread was woken and does not run yet. It wakes the next one, if
  // there is work for it: under load few threads do all, without a system call
  // and a change of threads for each.
  bool waking_ = false;
  bool stopping_ = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_WORKER_POOL_H_
