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
  void Post(const CallLimits* limits, Executor::Task task);

  // Waits until none runs or waits.
  void Drain();

 private:
  struct Waiting {
    const CallLimits* limits;
    Executor::Task task;
  };

  // Runs `first`, for which there is room, and then those that wait.
  void Run(Waiting first);
  // The next one to run in place of one that has ended.
  std::optional<Waiting> Next();

  Executor& executor_;
  const std::string name_;
  const Bounds bounds_;
  Mutex mutex_;
  CondVar ended_;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_TASK_GROUP_H_
