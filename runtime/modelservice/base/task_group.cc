#include "modelservice/base/task_group.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"

namespace modelservice {

void TaskGroup::Drain() {
  const MutexLock lock(mutex_);
  while (running_ > 0) ended_.Wait(mutex_);
}

void TaskGroup::Post(const CallLimits* limits, Executor::Task task) {
  absl::Status refusal;
  {
    const MutexLock lock(mutex_);
    if (running_ < bounds_.most_running) {
      ++running_;
    } else if (waiting_.size() < bounds_.most_waiting) {
      waiting_.push_back({limits, std::move(task)});
      return;
    } else {
      refusal =
          BoundReached(absl::StrCat("There are ", waiting_.size(), " of ",
                                    name_, " waiting, as many as may (",
                                    bounds_.setting, "); try again later."),
                       "QUEUE_FULL");
    }
  }
  if (!refusal.ok()) return task(refusal);
  Run({limits, std::move(task)});
}

void TaskGroup::Run(Waiting first) {
  std::optional<Waiting> next = std::move(first);
  while (next.has_value()) {
    // Shared, for a refusal gives it back.
    const auto task = std::make_shared<Executor::Task>(std::move(next->task));
    Executor::Task posted = [this, task](const absl::Status& admitted) {
      (*task)(admitted);
      *task = nullptr;
      if (std::optional<Waiting> after = Next()) Run(*std::move(after));
    };
    const absl::Status refusal = executor_.TryPost(name_, next->limits, posted);
    if (refusal.ok()) return;
    (*task)(refusal);
    next = Next();
  }
}

std::optional<TaskGroup::Waiting> TaskGroup::Next() {
  const MutexLock lock(mutex_);
  if (waiting_.empty()) {
    --running_;
    ended_.NotifyAll();
    return std::nullopt;
  }
  Waiting next = std::move(waiting_.front());
  waiting_.pop_front();
  return next;
}

}  // namespace modelservice
