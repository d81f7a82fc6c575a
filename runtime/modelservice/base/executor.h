// The one place for code that may block: a program's own methods, hooks and
// signals, hashing of passwords, slow reads.
//
//   Executor executor({/*threads=*/32, /*max_queue=*/1000});
//   executor.Post("method", &call, [&](const absl::Status& admitted) {
//     if (!admitted.ok()) return call.Finish(admitted);
//     call.Finish(method());
//   });
//
// A task waits in a queue of bounded length until one of the threads is free;
// then it is asked whether its call has ended meanwhile. Threads start when
// they are needed. Thread-safe.
#ifndef MODELSERVICE_BASE_EXECUTOR_H_
#define MODELSERVICE_BASE_EXECUTOR_H_

#include <cstddef>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/call_limits.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/measures.h"

namespace modelservice {

class Executor {
 public:
  struct Options {
    // Tasks that run at a time, but for those that are Idle.
    int threads = 32;
    // Tasks that wait to be begun.
    size_t max_queue = 1000;
    // Threads, those of idle tasks among them.
    int max_threads = 2000;
    // Threads that it leaves the system for others, who cannot do without: it
    // makes no second one before it has seen that these could be had.
    int spare_threads = 0;
  };
  // Called once: with OK to run, or with why it does not: CANCELLED or
  // DEADLINE_EXCEEDED when its call has ended, RESOURCE_EXHAUSTED (reason
  // EXECUTOR_FULL, or NO_THREADS, with RetryInfo) when there is no room,
  // UNAVAILABLE (SHUTTING_DOWN) after Close. Only with OK may it block: a
  // refusal may come at once, on the thread that posts.
  using Task = absl::AnyInvocable<void(const absl::Status& admitted)>;

  Executor() : Executor(Options()) {}
  explicit Executor(const Options& options);
  // As Close; then waits for all tasks.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Begins something new. `name` says in refusals what it is: "method", "hook".
  // `limits` may be null and lives until the task is called.
  void Post(absl::string_view name, const CallLimits* limits, Task task);
  // The same, but a refusal is returned, and the task not called.
  absl::Status TryPost(absl::string_view name, const CallLimits* limits,
                       Task& task);
  // The same for what has waited already, in a queue with a bound of its own:
  // there is room for it.
  absl::Status TryPostWaited(const CallLimits* limits, Task& task);
  // Goes on with something that was begun: before what is new, and never
  // refused. Runs at once where a task is posting.
  void Continue(absl::AnyInvocable<void()> task);
  // The same, but not inside of this call, for callers who may hold locks;
  // unless there is no thread, nor one to be had.
  void ContinueApart(absl::AnyInvocable<void()> task);

  // Refuses the tasks that wait to be begun and whose calls have ended, so that
  // they take nobody's place. Cheap to call often: it looks now and then.
  void DropEnded();
  // The same on one of the executor's threads, for callers who may hold locks.
  void DropEndedSoon();

  // While it lives, the task of this thread waits for a client and does not
  // count: another one may run in its place. Nothing where no task runs.
  class Idle {
   public:
    Idle();
    ~Idle();
    Idle(const Idle&) = delete;
    Idle& operator=(const Idle&) = delete;
  };

  // Whether this thread runs a task, of any executor.
  static bool InTask();

  // Refuses what waits to be begun, and all that is posted later.
  void Close();
  // Waits until no task runs or waits. False when some still do at `until`.
  bool Drain(SteadyTime until);

  int threads() const;
  // Tasks that may wait to be begun.
  size_t max_queue() const;

  // Its numbers of this moment.
  void Report(Measures& to) const;

 private:
  struct State;
  // Outlives this with the threads, which are detached: one that does not end
  // must not keep the process from ending.
  const std::shared_ptr<State> state_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_EXECUTOR_H_
