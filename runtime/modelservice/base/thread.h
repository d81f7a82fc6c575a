// A thread of the server's own. The standard library throws when the system
// gives the process no more (`ulimit -u`, pids.max of a control group); here
// that is a status in words, for whoever starts what needs the thread.
//
//   class Writer {
//    public:
//     const absl::Status& started() const { return thread_.status(); }
//     ~Writer() { ... thread_.Join(); }
//    private:
//     Thread thread_{"the writer", [this] { Loop(); }};
//   };
//
// Used by one thread at a time.
#ifndef MODELSERVICE_BASE_THREAD_H_
#define MODELSERVICE_BASE_THREAD_H_

#include <future>
#include <thread>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace modelservice {

class Thread {
 public:
  using Body = absl::AnyInvocable<void()>;

  // None yet.
  Thread() = default;
  // Runs `body`, unless there is no thread to be had. `what` says in the status
  // whose it would have been: "SQLite's writer".
  Thread(absl::string_view what, Body body);
  // Has been joined.
  ~Thread() = default;
  Thread(Thread&&) = default;
  Thread& operator=(Thread&&) = default;

  // OK, or RESOURCE_EXHAUSTED (reason NO_THREADS).
  const absl::Status& status() const { return status_; }
  // Whether it runs, or did until its body returned.
  bool joinable() const { return thread_.joinable(); }
  // Waits for the end of the body; nothing when there is no thread.
  void Join() {
    if (thread_.joinable()) thread_.join();
  }

  // Runs `body` on a thread that nobody waits for.
  static absl::Status Detach(absl::string_view what, Body body);

 private:
  std::thread thread_;
  absl::Status status_;
};

// A thread that is made before it is needed, for what has to be done when there
// are none to be had. Nobody waits for its end.
class WaitingThread {
 public:
  explicit WaitingThread(absl::string_view what);
  ~WaitingThread() { work_.set_value(nullptr); }
  WaitingThread(const WaitingThread&) = delete;
  WaitingThread& operator=(const WaitingThread&) = delete;

  const absl::Status& status() const { return status_; }
  // Once. `body` may end this object.
  void Run(Thread::Body body) {
    std::exchange(work_, {}).set_value(std::move(body));
  }

 private:
  std::promise<Thread::Body> work_;
  absl::Status status_;
};

// OK when the system gives the process `count` more threads at this moment;
// else RESOURCE_EXHAUSTED, with the number that it gives. For libraries that do
// not say what they lack.
absl::Status CheckThreads(int count);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_THREAD_H_
