// The calls on their way to the writer: from many threads, to one.
#ifndef MODELSERVICE_DB_SQLITE_WRITE_QUEUE_H_
#define MODELSERVICE_DB_SQLITE_WRITE_QUEUE_H_

#include <atomic>
#include <utility>

#include "modelservice/base/mutex.h"
#include "modelservice/database.h"

namespace modelservice::sqlite {

// First in, first out. The calls are linked through Execution::next, so pushing
// allocates nothing, and costs one atomic exchange unless the writer sleeps.
class WriteQueue {
 public:
  // From any thread. False once the queue is closed; the call is not taken
  // then.
  bool Push(Execution* call);
  // How many were pushed and not yet taken; from any thread.
  int size() const { return size_.load(std::memory_order_relaxed); }

  // Lets Wait return false when everything has been taken.
  void Close();

  // The rest is for the writer's thread.

  // Waits until there is a call; false when there will be none.
  bool Wait();
  // The oldest call, or null.
  Execution* Pop();
  // The calls that are there now: linked by `next`, oldest first.
  Execution* Waiting();
  // Takes those that were there at the last look, linked like that.
  Execution* TakeSeen();

 private:
  void Wake();

  // What was pushed and not yet looked at, the latest first; kClosed at the
  // end.
  std::atomic<Execution*> pushed_{nullptr};
  // What was looked at, the oldest first, and its last.
  Execution* ready_ = nullptr;
  Execution* last_ = nullptr;

  std::atomic<bool> asleep_{false};
  std::atomic<bool> closing_{false};
  std::atomic<int> size_{0};
  // For sleeping alone: the flags are atomic.
  Mutex mutex_;
  CondVar woken_;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_WRITE_QUEUE_H_
