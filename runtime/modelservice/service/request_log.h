// A line in the log for each call: what it was, how it ended, how long that
// took and what for, and who called.
#ifndef MODELSERVICE_SERVICE_REQUEST_LOG_H_
#define MODELSERVICE_SERVICE_REQUEST_LOG_H_

#include <atomic>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "modelservice/call_context.h"

namespace modelservice {

// Thread-safe. Never waits.
class RequestLog {
 public:
  struct Options {
    // Lines of calls that were well.
    bool on = false;
    // Of these, the share that is logged.
    double share = 1;
    // Calls that take as long have a line, as a warning.
    absl::Duration slow = absl::InfiniteDuration();
  };

  explicit RequestLog(const Options& options) { Set(options); }

  // For calls that end from now on.
  void Set(const Options& options);

  // Whether each call has an id.
  bool on() const { return on_.load(std::memory_order_relaxed); }

  // The call ends; `told` is what the client is told. A stream is as slow as
  // its client.
  void Write(const CallContext& call, bool is_stream, const absl::Status& told,
             absl::Duration taken) const;

 private:
  std::atomic<bool> on_{false};
  std::atomic<double> share_{1};
  // Nanoseconds.
  std::atomic<int64_t> slow_{INT64_MAX};
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_REQUEST_LOG_H_
