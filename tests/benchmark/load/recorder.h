// What happened while it was measured.
#ifndef TESTS_BENCHMARK_LOAD_RECORDER_H_
#define TESTS_BENCHMARK_LOAD_RECORDER_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "load/histogram.h"
#include "load/workload.h"

namespace load {

class Recorder {
 public:
  // `server` 0: its use of the machine is not measured.
  explicit Recorder(pid_t server) : server_(server) {}

  absl::Status StartMeasuring();
  absl::Status StopMeasuring();
  bool measuring() const { return measuring_; }

  // Rows that came in: counted at once, since a long stream may be under way
  // when the measurement starts or ends.
  void Rows(int64_t count) {
    if (measuring_) rows_ += count;
  }
  void Success(Operation operation, uint64_t nanoseconds);
  void Failure(const std::string& error);
  // Answers that were wrong, outside of the measured time too.
  uint64_t failures() const { return failures_; }

  // The figures, as one line of JSON.
  absl::StatusOr<std::string> Report() const;

 private:
  struct Sample {
    uint64_t time;  // all in nanoseconds
    uint64_t server_cpu;
    uint64_t own_cpu;
  };
  absl::StatusOr<Sample> Now() const;

  const pid_t server_;
  bool measuring_ = false;
  Sample begin_{};
  Sample end_{};
  Histogram latencies_;
  int64_t rows_ = 0;
  int64_t created_ = 0;
  uint64_t failures_ = 0;
};

// A clock that never goes back, in nanoseconds.
uint64_t MonotonicNanoseconds();

}  // namespace load

#endif  // TESTS_BENCHMARK_LOAD_RECORDER_H_
