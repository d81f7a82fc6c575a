// The calls on their way to the writer: from many threads, to one.
#ifndef MODELSERVICE_DB_SQLITE_WRITE_QUEUE_H_
#define MODELSERVICE_DB_SQLITE_WRITE_QUEUE_H_

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "modelservice/db/database.h"

namespace modelservice::sqlite {

// First in, first out. The calls are linked through Execution::next, so pushing
// allocates nothing, and costs one atomic exchange unless the writer sleeps.
class WriteQueue {
 public:
  // From any thread. False once the queue is closed; the call is not taken
  // then.
  bool Push(Execution* call);

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
  Execution* TakeSeen() { return std::exchange(ready_, nullptr); }

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
  std::mutex mutex_;
  std::condition_variable woken_;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_WRITE_QUEUE_H_
