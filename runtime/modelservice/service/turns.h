// Tasks of one call that run one after the other, on the executor, without a
// thread that waits for them.
//
//   Turns turns(executor);
//   turns.Add(owner, [] { ... });  // waits for the first turn
//   ... on the executor ...
//   method();
//   turns.RunAll();                // the first turn is over
//
// Thread-safe.
#ifndef MODELSERVICE_SERVICE_TURNS_H_
#define MODELSERVICE_SERVICE_TURNS_H_

#include <deque>
#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "modelservice/base/executor.h"
#include "modelservice/base/mutex.h"

namespace modelservice {

class Turns {
 public:
  using Task = absl::AnyInvocable<void()>;

  // `executor` outlives the last Add. The first turn is taken, by who made
  // this.
  explicit Turns(Executor& executor) : executor_(executor) {}

  // Runs `task` behind those before, never inside of this call. `owner` has
  // this, and is kept until then.
  void Add(std::shared_ptr<void> owner, Task task) {
    {
      const MutexLock lock(mutex_);
      tasks_.push_back(std::move(task));
      if (taken_) return;
      taken_ = true;
    }
    executor_.ContinueApart([this, owner = std::move(owner)] { RunAll(); });
  }

  // Ends the turn of this thread, which is the executor's: runs what was added
  // meanwhile.
  void RunAll() {
    while (true) {
      Task next;
      {
        const MutexLock lock(mutex_);
        if (tasks_.empty()) {
          taken_ = false;
          return;
        }
        next = std::move(tasks_.front());
        tasks_.pop_front();
      }
      next();
    }
  }

  // Ends the turn of any thread: what was added meanwhile runs on the executor.
  void Leave(std::shared_ptr<void> owner) {
    executor_.ContinueApart([this, owner = std::move(owner)] { RunAll(); });
  }

 private:
  Executor& executor_;
  Mutex mutex_;
  std::deque<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  bool taken_ ABSL_GUARDED_BY(mutex_) = true;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_TURNS_H_
