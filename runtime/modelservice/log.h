// The log of a process: one line a message, with time and severity, on standard
// error or wherever the program says.
//
//   Log(Severity::kError, absl::StrCat("cannot open ", path));
//
//   // In main: less of it, and into the program's own logger.
//   SetLogLevel(Severity::kWarning);
//   SetLogSink([](const LogLine& line) {
//     syslog(line.severity == Severity::kError ? LOG_ERR : LOG_WARNING, "%.*s",
//            static_cast<int>(line.text.size()), line.text.data());
//   });
//
// Which severity: kError where something is broken and somebody must mend it,
// kWarning where somebody should look, since it may get worse or is refused,
// kInfo for what is as it should be.
//
// Nobody waits for whoever takes the lines: they are queued, and a thread of
// the log's own writes them (base/log_queue.h). Where they are taken too
// slowly, as by a pipe that nobody reads, the newest are dropped and counted.
// Warnings and errors that repeat many times a second are counted, too, after
// the first hundred. Thread-safe.
#ifndef MODELSERVICE_LOG_H_
#define MODELSERVICE_LOG_H_

#include <cstdint>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/log_fields.h"
#include "modelservice/base/mutex.h"

namespace modelservice {

// From the least to the most.
enum class Severity { kInfo, kWarning, kError };

// "INFO", "WARNING", "ERROR".
absl::string_view NameOf(Severity severity);

// Adds one line; line breaks in `text` become spaces. Never waits.
void Log(Severity severity, absl::string_view text);
// With what it says by name (base/log_fields.h).
void Log(Severity severity, absl::string_view text, LogFields fields);

// From now on only lines of `least` and above are logged; at first all are. The
// setting `log_level` of a server says the same.
void SetLogLevel(Severity least);

// How lines are written to standard error: as text, at first, or each as an
// object of JSON with `time`, `severity`, `text` and its fields. The setting
// `log_format` of a server says the same. Lines that wait already are written
// in the new form, too.
enum class LogFormat { kText, kJson };
void SetLogFormat(LogFormat format);

// Whether a line would be logged, for who would make its text in vain. Cheap.
bool IsLogged(Severity severity);

// One line on its way, valid during the call that is given it.
struct LogLine {
  Severity severity;
  absl::Time time;
  absl::string_view text;  // without line breaks, of 16 KiB and "..." at most
  const LogFields* fields = nullptr;  // null: none

  // As it stands on standard error, without its end:
  // "2026-03-01T12:00:00.000000Z ERROR cannot open shop.db".
  std::string ToString() const;
  // The same as JSON, always a valid object.
  std::string ToJson() const;
};

// Takes the lines. Called by the log's thread, for one line at a time, in their
// order; may block, which stops no call, though lines are dropped when too many
// wait. What it logs itself, and a line of which it throws, goes to standard
// error.
using LogSink = absl::AnyInvocable<void(const LogLine&)>;

// Lines that come from now on go to `sink`; to standard error, as at first,
// when it is null. Waits until the sink before has had what is its: it is not
// called again, and gone. (Called by a sink, it does not wait.) The sink, and
// what it uses, is there until the end of the process or the next SetLogSink.
void SetLogSink(LogSink sink);

// Waits until what was logged so far is written, for `patience` at most. The
// end of the process, by exit or a return of main, does so by itself; before
// _exit one calls it.
void FlushLog(absl::Duration patience = absl::Seconds(1));

// From now on, what was logged is also written before the process crashes: for
// main. Leaves signals alone that somebody has a handler for.
void FlushLogBeforeCrash();

// For what every call would say while something is broken, like a full disk:
// the first line is written, then one every ten seconds at most, with the
// number of those left out. One object for each thing that may break.
class SeldomLog {
 public:
  void Log(Severity severity, absl::string_view text);

 private:
  Mutex mutex_;
  SteadyTime next_ ABSL_GUARDED_BY(mutex_);
  int64_t left_out_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_LOG_H_
