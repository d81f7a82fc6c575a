// Threads that read for streams, each on a connection of its own.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_STREAM_WORKER_H_
#define TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_STREAM_WORKER_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "handwritten/postgres/row_reader.h"

namespace handwritten::postgres {

// Who gets the rows; called by a worker's thread.
class StreamJob {
 public:
  // False when it wants no more.
  virtual bool OnRows(const Result& rows) = 0;
  // Called once, last. May delete the job.
  virtual void OnEnd(const absl::Status& status) = 0;

 protected:
  ~StreamJob() = default;
};

// Thread-safe. Makes as many threads as there ever are jobs at once, and keeps
// them. The destructor waits for the jobs.
class StreamWorkers {
 public:
  explicit StreamWorkers(std::string url) : url_(std::move(url)) {}
  ~StreamWorkers();

  void Run(const RowRange& range, StreamJob* job);

 private:
  struct Task {
    RowRange range;
    StreamJob* job;
  };

  void Loop();
  absl::Status RunTask(const Task& task, std::optional<RowReader>* reader);

  const std::string url_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Task> tasks_;
  size_t idle_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace handwritten::postgres

#endif  // TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_STREAM_WORKER_H_
