#include "modelservice/log.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/log_form.h"
#include "modelservice/base/log_numbers.h"
#include "modelservice/base/log_queue.h"

namespace modelservice {
namespace {

constexpr absl::Duration kSeldom = absl::Seconds(10);

std::atomic<Severity> least_severity{Severity::kInfo};

// Never destroyed: whatever ends last may log.
LogQueue& Queue() {
  static LogQueue& queue = []() -> LogQueue& {
    std::atexit([] { FlushLog(); });
    return *new LogQueue(STDERR_FILENO);
  }();
  return queue;
}

std::string TextOf(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

// What a handler of signals may look at.
const LogQueue* crash_queue = nullptr;

// The thread of the log goes on meanwhile, unless it is the one that crashed.
extern "C" void OnCrash(int signal, siginfo_t* info, void*) {
  constexpr timespec kPause = {0, 10 * 1000 * 1000};
  for (int i = 0; i < 50 && !crash_queue->empty(); ++i) {
    nanosleep(&kPause, nullptr);
  }
  // What the processor raised it raises again; now nobody handles it.
  if (info->si_code <= 0) raise(signal);
}

}  // namespace

absl::string_view NameOf(Severity severity) {
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

std::string LogLine::ToString() const {
  std::string line =
      absl::StrCat(TextOf(time), " ", NameOf(severity), " ", text);
  if (fields != nullptr) fields->AppendText(&line);
  return line;
}

std::string LogLine::ToJson() const {
  std::string line =
      absl::StrCat("{\"time\":\"", TextOf(time), "\",\"severity\":\"",
                   NameOf(severity), "\",\"text\":");
  AppendJsonString(text, &line);
  if (fields != nullptr) fields->AppendJson(&line);
  line.push_back('}');
  return line;
}

void Log(Severity severity, absl::string_view text) {
  if (IsLogged(severity)) Queue().Add(severity, text);
}

void Log(Severity severity, absl::string_view text, LogFields fields) {
  if (IsLogged(severity)) Queue().Add(severity, text, std::move(fields));
}

void SetLogFormat(LogFormat format) { Queue().SetFormat(format); }

LogFormat CurrentLogFormat() { return Queue().format(); }

void SetLogLevel(Severity least) {
  least_severity.store(least, std::memory_order_relaxed);
}

bool IsLogged(Severity severity) {
  return severity >= least_severity.load(std::memory_order_relaxed);
}

void SetLogSink(LogSink sink) { Queue().SetSink(std::move(sink)); }

void ReportLog(Measures& to) { Queue().Report(to); }

void FlushLog(absl::Duration patience) { Queue().Flush(patience); }

void FlushLogBeforeCrash() {
  crash_queue = &Queue();
  struct sigaction handler {};
  handler.sa_sigaction = &OnCrash;
  // Once; and not on a stack that has overflowed, where there is another.
  handler.sa_flags =
      static_cast<int>(SA_SIGINFO | SA_RESETHAND | SA_NODEFER | SA_ONSTACK);
  sigemptyset(&handler.sa_mask);
  for (const int signal : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV}) {
    struct sigaction before {};
    if (sigaction(signal, nullptr, &before) == 0 &&
        before.sa_handler == SIG_DFL) {
      sigaction(signal, &handler, nullptr);
    }
  }
}

void SeldomLog::Log(Severity severity, absl::string_view text) {
  if (!IsLogged(severity)) return;
  int64_t left_out = 0;
  {
    const MutexLock lock(mutex_);
    const SteadyTime now = SteadyNow();
    if (now < next_) {
      ++left_out_;
      return;
    }
    next_ = After(kSeldom, now);
    left_out = std::exchange(left_out_, 0);
  }
  if (left_out == 0) {
    modelservice::Log(severity, text);
  } else {
    modelservice::Log(severity, absl::StrCat(text, " (", left_out,
                                             " more since the last line)"));
  }
}

}  // namespace modelservice
