#include "modelservice/base/log_queue.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace modelservice {
namespace {

// Of one line: what is longer is the text of somebody else.
constexpr size_t kMaxLine = 16 << 10;
// What pipes take in one piece, so that lines of several processes are whole.
constexpr size_t kPiece = PIPE_BUF;

absl::string_view Name(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "INFO";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kError:
      return "ERROR";
  }
  return "ERROR";
}

std::string LineOf(Severity severity, absl::string_view text) {
  const std::string time = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(),
                                            absl::UTCTimeZone());
  std::string line =
      absl::StrCat(time, " ", Name(severity), " ", text.substr(0, kMaxLine),
                   text.size() > kMaxLine ? "..." : "");
  for (char& c : line) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  line.push_back('\n');
  return line;
}

// Waits as long as it takes. What cannot be written is lost: there is nowhere
// to say so.
void WriteAll(int descriptor, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EAGAIN) {
      // Another program that has the same pipe may have made it so.
      pollfd ready{descriptor, POLLOUT, 0};
      poll(&ready, 1, /*timeout=*/1000);
    } else if (errno != EINTR) {
      return;
    }
  }
}

// No signal is handled on the threads that are started meanwhile; SIGPIPE of a
// reader that is gone neither.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

LogQueue::~LogQueue() {
  std::thread thread;
  {
    const MutexLock lock(mutex_);
    PushSummaries(kNever);
    stopped_ = true;
    thread = std::move(thread_);
    added_.NotifyAll();
  }
  if (thread.joinable()) thread.join();
}

void LogQueue::Add(Severity severity, absl::string_view text) {
  const MutexLock lock(mutex_);
  const SteadyTime now = SteadyNow();
  if (!repeats_.Admit(severity, text, now)) {
    // The thread waits until that is to be told, and may not know yet.
    added_.NotifyOne();
    return;
  }
  Push(severity, text);
}

void LogQueue::Push(Severity severity, absl::string_view text) {
  std::string line = LineOf(severity, text);
  if (bytes_ + line.size() > max_bytes_) {
    ++dropped_;
    return;
  }
  bytes_ += line.size();
  lines_.push_back(std::move(line));
  waiting_.fetch_add(1, std::memory_order_release);
  if (!thread_.joinable()) StartThread();
  added_.NotifyOne();
}

void LogQueue::PushSummaries(SteadyTime due) {
  for (const LogRepeats::Summary& summary : repeats_.Take(due)) {
    Push(summary.severity,
         absl::StrCat(summary.lines,
                      " more lines like this were left out: ", summary.last));
  }
}

void LogQueue::StartThread() {
  if (stopped_) return;
  const SignalsBlocked blocked;
  try {
    thread_ = std::thread([this] { Loop(); });
  } catch (const std::system_error&) {
    // With the next line.
  }
}

bool LogQueue::Flush(absl::Duration patience) {
  const SteadyTime until = After(patience);
  const MutexLock lock(mutex_);
  PushSummaries(kNever);
  if (!lines_.empty() && !thread_.joinable()) StartThread();
  while (!empty()) {
    if (!written_.WaitUntil(mutex_, until) && !empty()) return false;
  }
  return true;
}

void LogQueue::Loop() {
  size_t lines = 0;
  for (std::string piece = Next(&lines); !piece.empty(); piece = Next(&lines)) {
    WriteAll(descriptor_, piece);
    const MutexLock lock(mutex_);
    bytes_ -= piece.size();
    waiting_.fetch_sub(lines, std::memory_order_release);
    if (dropped_ > 0) {
      const int64_t dropped = std::exchange(dropped_, 0);
      Push(Severity::kWarning,
           absl::StrCat(dropped,
                        " lines of the log were dropped: standard error took "
                        "them too slowly"));
    }
    written_.NotifyAll();
  }
}

std::string LogQueue::Next(size_t* lines) {
  const MutexLock lock(mutex_);
  while (lines_.empty()) {
    if (stopped_) return "";
    PushSummaries(SteadyNow());
    if (lines_.empty()) added_.WaitUntil(mutex_, repeats_.next_due());
  }
  std::string piece;
  for (*lines = 0; !lines_.empty(); ++*lines) {
    if (!piece.empty() && piece.size() + lines_.front().size() > kPiece) break;
    piece += lines_.front();
    lines_.pop_front();
  }
  return piece;
}

}  // namespace modelservice
