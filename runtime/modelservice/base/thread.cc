#include "modelservice/base/thread.h"

#include <future>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"

namespace modelservice {
namespace {

constexpr absl::string_view kMend =
    "raise the limit of processes and threads (ulimit -u, LimitNPROC= and "
    "TasksMax= of systemd, pids.max of the control group), or end others that "
    "count for it";

}  // namespace

Thread::Thread(absl::string_view what, Body body) {
  try {
    thread_ = std::thread(std::move(body));
  } catch (const std::system_error& error) {
    status_ =
        BoundReached(absl::StrCat("the system gives the process no thread for ",
                                  what, " (", error.what(), "): ", kMend),
                     "NO_THREADS");
  }
}

absl::Status Thread::Detach(absl::string_view what, Body body) {
  Thread thread(what, std::move(body));
  if (thread.thread_.joinable()) thread.thread_.detach();
  return thread.status_;
}

WaitingThread::WaitingThread(absl::string_view what)
    : status_(Thread::Detach(what, [work = work_.get_future()]() mutable {
        if (Thread::Body body = work.get()) body();
      })) {}

absl::Status CheckThreads(int count) {
  std::promise<void> end;
  const std::shared_future<void> ended = end.get_future().share();
  std::vector<Thread> threads;
  absl::Status status;
  while (status.ok() && static_cast<int>(threads.size()) < count) {
    threads.emplace_back("", [ended] { ended.wait(); });
    status = threads.back().status();
  }
  end.set_value();
  for (Thread& thread : threads) thread.Join();
  if (status.ok()) return status;
  return BoundReached(
      absl::StrCat("the system gives the process ", threads.size() - 1,
                   " more threads, and it needs ", count, ": ", kMend),
      "NO_THREADS");
}

}  // namespace modelservice
