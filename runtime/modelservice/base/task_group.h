// Tasks of one kind, of which only some may run at a time: so that those who
// wait for the same thing do not take all threads.
//
//   TaskGroup passwords(executor, "password", {/*most_running=*/1,
//                                              /*most_waiting=*/64});
//   passwords.Post(&call, [&](const absl::Status& admitted) { ... });
//
// Thread-safe. Outlives its tasks.
#ifndef MODELSERVICE_BASE_TASK_GROUP_H_
#define MODELSERVICE_BASE_TASK_GROUP_H_

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/executor.h"
#include "modelservice/base/mutex.h"

namespace modelservice {

class TaskGroup {
 public:
  struct Bounds {
    int most_running = 1;
    size_t most_waiting = 1000;
    // What raises `most_waiting`, for the refusal: "max_queue".
    absl::string_view setting;
  };

  // `executor` outlives the group; `name` is as for Executor::Post.
  TaskGroup(Executor& executor, absl::string_view name, const Bounds& bounds)
      : executor_(executor), name_(name), bounds_(bounds) {}
  ~TaskGroup() { Drain(); }
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // As Executor::Post; RESOURCE_EXHAUSTED also when too many of the group wait.
  // What has been let wait is not refused for want of room later.
  void Post(const CallLimits* limits, Executor::Task task);

  // For a task of this group: from here on it does not count, and another one
  // may run. So it may wait for such a one. Nothing on other threads.
  void Leave();

  // How many of it wait, and were refused.
  void Report(Measures& to);

  // Waits until none runs or waits, of those that left neither.
  void Drain();

 private:
  struct Waiting {
    const CallLimits* limits;
    Executor::Task task;
    SteadyTime since = SteadyNow();
  };
  // The place among those that run, of the task of this thread.
  struct Place {
    TaskGroup* group;
    bool left = false;
  };
  static Place*& Current();

  // Posts what has a place; false when it was refused, and that place is free.
  bool Start(Waiting next, bool waited);
  // Runs it, and gives its place on.
  void Run(Executor::Task& task, const absl::Status& admitted);
  void PassOn();
  // The next one for a place; the place is given up when there is none.
  std::optional<Waiting> Next();
  // The last that is done with this.
  void Ended();

  Executor& executor_;
  const std::string name_;
  const Bounds bounds_;
  Mutex mutex_;
  CondVar ended_;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  int64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
  // All that were let in and have not ended.
  size_t unfinished_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_TASK_GROUP_H_
