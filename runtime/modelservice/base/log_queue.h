// The lines of a log on their way to a file descriptor, or a sink, which are
// given them by a thread.
//
//   LogQueue& queue = *new LogQueue(STDERR_FILENO);
//   queue.Add(Severity::kError, "cannot open shop.db");
//   queue.Flush(absl::Seconds(1));
//
// A line is dropped, and counted in a line that follows, where more bytes wait
// than the queue holds. Thread-safe.
#ifndef MODELSERVICE_BASE_LOG_QUEUE_H_
#define MODELSERVICE_BASE_LOG_QUEUE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/log_repeats.h"
#include "modelservice/base/measures.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/thread.h"
#include "modelservice/log.h"

namespace modelservice {

class LogQueue {
 public:
  static constexpr size_t kMaxBytes = 1 << 20;

  explicit LogQueue(int descriptor, size_t max_bytes = kMaxBytes)
      : descriptor_(descriptor), max_bytes_(max_bytes) {}
  // Writes what is queued: waits for whoever reads.
  ~LogQueue();
  LogQueue(const LogQueue&) = delete;
  LogQueue& operator=(const LogQueue&) = delete;

  void Add(Severity severity, absl::string_view text, LogFields fields = {});

  // As SetLogFormat.
  void SetFormat(LogFormat format) {
    format_.store(format, std::memory_order_relaxed);
  }
  LogFormat format() const { return format_.load(std::memory_order_relaxed); }

  // As SetLogSink.
  void SetSink(LogSink sink);

  // Waits until what was added is written, with what is to be said of repeats.
  // False when `patience` came to its end.
  bool Flush(absl::Duration patience);

  // The lines that wait, and those that were dropped.
  void Report(Measures& to);

  // Whether nothing waits; for a handler of signals, too.
  bool empty() const { return waiting_.load(std::memory_order_acquire) == 0; }

 private:
  struct Line {
    Severity severity;
    absl::Time time;
    std::string text;
    LogFields fields;
    std::shared_ptr<LogSink> sink;  // null: the descriptor

    // More than it takes in the log.
    size_t bytes() const { return text.size() + fields.bytes() + 40; }
    LogLine view() const {
      return {severity, time, text, fields.empty() ? nullptr : &fields};
    }
  };

  void Push(Severity severity, absl::string_view text, LogFields fields = {})
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // As it goes to the descriptor, with its end.
  void AppendTo(const Line& line, std::string* out) const;
  void PushSummaries(SteadyTime due) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Made with the first line; later, where there is no thread to be had.
  void StartThread() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Loop();
  // Some lines for one place. Empty when the end has come.
  std::vector<Line> Next();
  void Write(const std::vector<Line>& lines) const;
  // Without a thread, by whoever waits for it, all to the descriptor. False
  // when nobody took them.
  bool WriteHere(SteadyTime until) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int descriptor_;
  const size_t max_bytes_;
  std::atomic<LogFormat> format_{LogFormat::kText};
  Mutex mutex_;
  CondVar added_;
  CondVar written_;
  std::deque<Line> lines_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // Since that was last said, and at all.
  int64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t ever_dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  LogRepeats repeats_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<LogSink> sink_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  Thread thread_ ABSL_GUARDED_BY(mutex_);
  // Lines, those that are being written among them.
  std::atomic<size_t> waiting_{0};
};

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_LOG_QUEUE_H_
