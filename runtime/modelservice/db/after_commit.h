// What is to follow commits, and not to be waited for by those who committed.
//
//   AfterCommit after(executor, {/*most_running=*/8, /*most_waiting=*/1000});
//   after.Run([row] { SendMail(row); });
//
// It runs on the executor, in the order in which it came; where as much waits
// as may, on the thread that brings it, which so waits for its turn: nothing is
// left out. Thread-safe. Outlives its work.
#ifndef MODELSERVICE_DB_AFTER_COMMIT_H_
#define MODELSERVICE_DB_AFTER_COMMIT_H_

#include <cstddef>
#include <deque>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "modelservice/base/executor.h"
#include "modelservice/base/mutex.h"

namespace modelservice {

class AfterCommit {
 public:
  using Work = absl::AnyInvocable<void()>;
  struct Bounds {
    int most_running;
    size_t most_waiting;
  };

  // `executor` outlives it.
  AfterCommit(Executor& executor, const Bounds& bounds)
      : executor_(executor), bounds_(bounds) {}
  ~AfterCommit() { Drain(); }
  AfterCommit(const AfterCommit&) = delete;
  AfterCommit& operator=(const AfterCommit&) = delete;

  void Run(Work work);

  // Waits until none runs or waits.
  void Drain();

 private:
  // What waits, one after another, until nothing does.
  void RunWaiting();

  Executor& executor_;
  const Bounds bounds_;
  Mutex mutex_;
  CondVar ended_;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Work> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace modelservice

#endif  // MODELSERVICE_DB_AFTER_COMMIT_H_
