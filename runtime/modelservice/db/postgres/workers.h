// The threads that bodies and cursors run on.
#ifndef MODELSERVICE_DB_POSTGRES_WORKERS_H_
#define MODELSERVICE_DB_POSTGRES_WORKERS_H_

#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"

namespace modelservice::postgres {

// Runs tasks in order, on threads that start when they are needed, up to a
// number, and end when they have had nothing to do for a while. Thread-safe.
class Workers {
 public:
  using Task = absl::AnyInvocable<void()>;

  Workers(int most, absl::Duration idle_timeout);
  // Lets queued tasks run, and waits for nothing: a task may be what destroys
  // this.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void Post(Task task);

  // Runs what is queued and ends the threads. A task that is posted later runs
  // too, on a thread that ends at once. Not called by a task.
  void Drain();

 private:
  // Shared with the threads, which are detached.
  struct State;
  static void Work(State& state);

  const std::shared_ptr<State> state_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_WORKERS_H_
