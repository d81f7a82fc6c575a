// The log: one line a message on standard error, with time and severity.
//
//   Log(Severity::kError, absl::StrCat("cannot open ", path));
//
// Nobody waits for whoever reads it: lines are queued, and a thread of its own
// writes them (log_queue.h). Where standard error takes none, like a pipe that
// nobody reads, the newest are dropped and counted. Warnings and errors that
// repeat many times a second are counted, too, after the first hundred.
// Thread-safe.
#ifndef MODELSERVICE_LOG_H_
#define MODELSERVICE_LOG_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/mutex.h"

namespace modelservice {

enum class Severity { kInfo, kWarning, kError };

// Adds one line; line breaks in `text` become spaces.
void Log(Severity severity, absl::string_view text);

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
