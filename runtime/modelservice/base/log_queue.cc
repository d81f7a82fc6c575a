#include "modelservice/base/log_queue.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/base/log_form.h"

namespace modelservice {
namespace {

// Of one line: what is longer is the text of somebody else.
constexpr size_t kMaxLine = 16 << 10;
// What pipes take in one piece, so that lines of several processes are whole.
constexpr size_t kPiece = PIPE_BUF;

// Whether this thread is inside of a sink.
thread_local bool in_sink = false;

std::string OneLine(absl::string_view text) {
  std::string line = absl::StrCat(text.substr(0, kMaxLine),
                                  text.size() > kMaxLine ? "..." : "");
  // Nor does a terminal that shows it get orders.
  for (size_t i = 0; i < line.size(); ++i) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(line[i]))) {
      line[i] = ' ';
    } else if (BeginsWithControl(absl::string_view(line).substr(i))) {
      line[i] = line[i + 1] = ' ';
    }
  }
  return line;
}

// False when it threw.
bool Give(LogSink& sink, const LogLine& line) {
  in_sink = true;
  bool given = true;
  try {
    sink(line);
  } catch (...) {
    given = false;
  }
  in_sink = false;
  return given;
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
  Thread thread;
  {
    const MutexLock lock(mutex_);
    PushSummaries(kNever);
    stopped_ = true;
    thread = std::move(thread_);
    added_.NotifyAll();
    if (!thread.joinable()) WriteHere(kNever);
  }
  thread.Join();
}

void LogQueue::Add(Severity severity, absl::string_view text,
                   LogFields fields) {
  const MutexLock lock(mutex_);
  const SteadyTime now = SteadyNow();
  if (!repeats_.Admit(severity, text, now)) {
    // The thread waits until that is to be told, and may not know yet.
    added_.NotifyOne();
    return;
  }
  Push(severity, text, std::move(fields));
}

void LogQueue::Push(Severity severity, absl::string_view text,
                    LogFields fields) {
  // What a sink logs must not come back to it, for it would log again.
  Line line{severity, absl::Now(), OneLine(text), std::move(fields),
            in_sink ? nullptr : sink_};
  if (bytes_ + line.bytes() > max_bytes_) {
    ++dropped_;
    ++ever_dropped_;
    return;
  }
  bytes_ += line.bytes();
  lines_.push_back(std::move(line));
  waiting_.fetch_add(1, std::memory_order_release);
  if (!thread_.joinable()) StartThread();
  added_.NotifyOne();
}

void LogQueue::Report(Measures& to) {
  const MutexLock lock(mutex_);
  to.AddQueue("log", waiting_.load(std::memory_order_relaxed), /*most=*/0,
              ever_dropped_);
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
  // Where there is none to be had, with the next line.
  thread_ = Thread("the log", [this] { Loop(); });
}

bool LogQueue::Flush(absl::Duration patience) {
  const SteadyTime until = After(patience);
  const MutexLock lock(mutex_);
  PushSummaries(kNever);
  if (!lines_.empty() && !thread_.joinable()) StartThread();
  if (!thread_.joinable()) return WriteHere(until);
  while (!empty()) {
    if (!written_.WaitUntil(mutex_, until) && !empty()) return false;
  }
  return true;
}

void LogQueue::SetSink(LogSink sink) {
  std::shared_ptr<LogSink> other;
  if (sink != nullptr) other = std::make_shared<LogSink>(std::move(sink));
  const MutexLock lock(mutex_);
  PushSummaries(kNever);
  std::swap(sink_, other);
  // The lines that are its own have it, too. Without a thread nobody calls it.
  while (other.use_count() > 1 && !in_sink && thread_.joinable()) {
    written_.Wait(mutex_);
  }
}

bool LogQueue::WriteHere(SteadyTime until) {
  while (!lines_.empty()) {
    pollfd taken = {descriptor_, POLLOUT, 0};
    const int patience =
        until == kNever
            ? -1
            : static_cast<int>(absl::ToInt64Milliseconds(Until(until)));
    if (poll(&taken, 1, patience) <= 0) return false;
    const Line& line = lines_.front();
    std::string text;
    AppendTo(line, &text);
    WriteAll(descriptor_, text);
    bytes_ -= line.bytes();
    lines_.pop_front();
    waiting_.fetch_sub(1, std::memory_order_release);
  }
  return true;
}

void LogQueue::AppendTo(const Line& line, std::string* out) const {
  const bool as_json = format() == LogFormat::kJson;
  const LogLine view = line.view();
  absl::StrAppend(out, as_json ? view.ToJson() : view.ToString(), "\n");
}

void LogQueue::Loop() {
  for (std::vector<Line> lines = Next(); !lines.empty(); lines = Next()) {
    Write(lines);
    std::shared_ptr<LogSink> last;
    const MutexLock lock(mutex_);
    for (const Line& line : lines) bytes_ -= line.bytes();
    waiting_.fetch_sub(lines.size(), std::memory_order_release);
    const bool to_sink = lines.front().sink != nullptr;
    // One that nobody has any more goes without the lock: it may log.
    if (lines.front().sink.use_count() == 1) last = lines.front().sink;
    lines.clear();
    if (dropped_ > 0) {
      const std::string text = absl::StrCat(
          dropped_, " lines of the log were dropped: ",
          to_sink ? "its sink" : "standard error", " took them too slowly");
      // With the next lines, where there is no room for it yet.
      const int64_t before = std::exchange(dropped_, 0);
      Push(Severity::kWarning, text);
      if (dropped_ > 0) {
        // Of which this is none.
        dropped_ = before;
        --ever_dropped_;
      }
    }
    written_.NotifyAll();
  }
}

std::vector<LogQueue::Line> LogQueue::Next() {
  const MutexLock lock(mutex_);
  while (lines_.empty()) {
    if (stopped_) return {};
    PushSummaries(SteadyNow());
    if (lines_.empty()) added_.WaitUntil(mutex_, repeats_.next_due());
  }
  std::vector<Line> next;
  size_t bytes = 0;
  while (!lines_.empty()) {
    const Line& line = lines_.front();
    bytes += line.bytes();
    if (!next.empty() && (line.sink != nullptr ||
                          next.front().sink != nullptr || bytes > kPiece)) {
      break;
    }
    next.push_back(std::move(lines_.front()));
    lines_.pop_front();
  }
  return next;
}

void LogQueue::Write(const std::vector<Line>& lines) const {
  std::string piece;
  for (const Line& line : lines) {
    if (line.sink != nullptr && Give(*line.sink, line.view())) continue;
    AppendTo(line, &piece);
  }
  WriteAll(descriptor_, piece);
}

}  // namespace modelservice
