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

  const size_t max_threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<absl::AnyInvocable<void()>> queue_;
  std::vector<std::thread> threads_;
  size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_WORKER_POOL_H_
