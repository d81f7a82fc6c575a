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
  // 0: its use of the machine is not measured.
  struct Processes {
    pid_t server = 0;
    pid_t database = 0;
  };

  explicit Recorder(const Processes& processes) : processes_(processes) {}

  absl::Status StartMeasuring();
  absl::Status StopMeasuring();
  bool measuring() const { return measuring_; }
  // Whether anything was answered in the measured time.
  bool HasAnswers() const { return latencies_.count() > 0; }

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
    uint64_t database_cpu;
    uint64_t own_cpu;
  };
  absl::StatusOr<Sample> Now() const;

  const Processes processes_;
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
