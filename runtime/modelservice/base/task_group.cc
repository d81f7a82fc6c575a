#include "modelservice/base/task_group.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"

namespace modelservice {

TaskGroup::Place*& TaskGroup::Current() {
  static thread_local Place* place = nullptr;
  return place;
}

void TaskGroup::Drain() {
  const MutexLock lock(mutex_);
  while (unfinished_ > 0) ended_.Wait(mutex_);
}

void TaskGroup::Post(const CallLimits* limits, Executor::Task task) {
  absl::Status refusal;
  {
    const MutexLock lock(mutex_);
    if (running_ < bounds_.most_running) {
      ++running_;
      ++unfinished_;
    } else if (waiting_.size() < bounds_.most_waiting) {
      ++unfinished_;
      waiting_.push_back(Waiting{limits, std::move(task)});
      return;
    } else {
      ++refused_;
      refusal =
          BoundReached(absl::StrCat("There are ", waiting_.size(), " of ",
                                    name_, " waiting, as many as may (",
                                    bounds_.setting, "); try again later."),
                       "QUEUE_FULL");
    }
  }
  if (!refusal.ok()) return task(refusal);
  if (!Start(Waiting{limits, std::move(task)}, /*waited=*/false)) PassOn();
}

bool TaskGroup::Start(Waiting next, bool waited) {
  // Shared, for a refusal gives it back.
  const auto task = std::make_shared<Executor::Task>(std::move(next.task));
  Executor::Task posted = [this, task](const absl::Status& admitted) {
    Run(*task, admitted);
  };
  CallCounts* const counts =
      waited && next.limits != nullptr ? next.limits->counts() : nullptr;
  if (counts != nullptr) counts->queue_time.Add(Since(next.since));
  const absl::Status refusal =
      waited ? executor_.TryPostWaited(next.limits, posted)
             : executor_.TryPost(name_, next.limits, posted);
  if (refusal.ok()) return true;
  (*task)(refusal);
  *task = nullptr;
  Ended();
  return false;
}

void TaskGroup::Run(Executor::Task& task, const absl::Status& admitted) {
  Place place{this};
  Place* const outer = std::exchange(Current(), &place);
  task(admitted);
  task = nullptr;
  Current() = outer;
  if (!place.left) PassOn();
  Ended();
}

void TaskGroup::PassOn() {
  while (std::optional<Waiting> next = Next()) {
    if (Start(*std::move(next), /*waited=*/true)) return;
  }
}

std::optional<TaskGroup::Waiting> TaskGroup::Next() {
  const MutexLock lock(mutex_);
  if (waiting_.empty()) {
    --running_;
    return std::nullopt;
  }
  Waiting next = std::move(waiting_.front());
  waiting_.pop_front();
  return next;
}

void TaskGroup::Report(Measures& to) {
  const MutexLock lock(mutex_);
  to.AddQueue(name_, waiting_.size(), bounds_.most_waiting, refused_);
}

void TaskGroup::Leave() {
  Place* const place = Current();
  if (place == nullptr || place->group != this || place->left) return;
  place->left = true;
  PassOn();
}

void TaskGroup::Ended() {
  const MutexLock lock(mutex_);
  if (--unfinished_ == 0) ended_.NotifyAll();
}

}  // namespace modelservice
