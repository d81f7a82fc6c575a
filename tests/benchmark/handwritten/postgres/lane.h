// One connection that batches by itself: what comes while a batch is in flight
// makes the next one, which is one implicit transaction with one sync.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_LANE_H_
#define TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_LANE_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handwritten/postgres/connection.h"

namespace handwritten::postgres {

// One statement on its way.
class Operation {
 public:
  virtual ~Operation() = default;
  // False when the connection is lost.
  virtual bool Send(Connection& connection) = 0;
  // Of a statement that ran. Called again when a neighbour's error undid it.
  virtual absl::Status OnResult(const Result& result) = 0;
  // Called once, last: OK means that it is durable. May delete the operation.
  virtual void Finish(const absl::Status& status) = 0;

 private:
  friend class Lane;
  absl::Status status_;
};

// Thread-safe. The destructor finishes what is queued.
class Lane {
 public:
  // A read is answered when its result is there, a write when it is committed.
  enum class Kind { kRead, kWrite };

  static absl::StatusOr<std::unique_ptr<Lane>> Start(const std::string& url,
                                                     Kind kind);
  ~Lane();

  void Submit(Operation* operation);

 private:
  using Batch = std::vector<Operation*>;  // null: finished

  Lane(std::string url, Kind kind, Connection connection);

  void Loop();
  // Moves what is queued to the empty `batch`; false when nothing is. Waiting,
  // that is at the lane's end.
  bool Take(Batch* batch, bool wait);
  void Send(const Batch& batch);
  // Waits for a sent batch's end. Sets the statuses; finishes the reads.
  void Await(Batch* batch);
  // Both fail when the connection is lost.
  absl::Status Receive(Batch* batch, bool* failed);
  // When a statement failed, PostgreSQL undid the others: each runs again, in a
  // transaction of its own.
  absl::Status RunOneByOne(const Batch& batch);

  const std::string url_;
  const Kind kind_;
  std::optional<Connection> connection_;  // empty: lost

  std::mutex mutex_;
  std::condition_variable wake_;
  Batch queue_;
  bool asleep_ = false;
  bool stopping_ = false;

  std::thread thread_;  // last: starts when the rest is there
};

}  // namespace handwritten::postgres

#endif  // TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_LANE_H_
