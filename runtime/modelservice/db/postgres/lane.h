// A connection that runs single statements of many callers, in batches, on a
// thread of its own.
#ifndef MODELSERVICE_DB_POSTGRES_LANE_H_
#define MODELSERVICE_DB_POSTGRES_LANE_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/base/thread.h"
#include "modelservice/db/postgres/batch.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/detour.h"
#include "modelservice/db/postgres/lane_queue.h"
#include "modelservice/db/postgres/patience.h"
#include "modelservice/postgres.h"

namespace modelservice::postgres {

// Collects while a batch is in flight; the batch's end starts the next. A lost
// connection is noticed at once, also while idle, and made anew in the
// background.
class Lane {
 public:
  // `queue`, `detour` and `options` outlive the lane. Without a connection, the
  // lane makes one.
  Lane(LaneQueue& queue, Detour& detour, const PostgresOptions& options,
       bool writes, std::unique_ptr<Connection> connection);
  // After LaneQueue::Close: once the queue is empty, or the server is away.
  ~Lane() { thread_.Join(); }
  // Whether there was a thread to be had.
  const absl::Status& started() const { return thread_.status(); }
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

 private:
  void Loop();
  // False when the queue is closed meanwhile.
  bool Connect();
  // Tells the server what to know of a connection that is a lane's.
  absl::Status Prepare(const CallLimits* limits);
  void Serve();
  void RunBatch();
  // Until there is something to do on a connection that looks alive; false when
  // that is lost, or has turned out to be a standby's.
  bool Sleep();

  LaneQueue& queue_;
  const PostgresOptions& options_;
  const Patience patience_;
  LaneQueue::Place place_;
  Batch batch_;
  std::vector<QueuedCall> taken_;
  size_t most_;  // to take
  std::unique_ptr<Connection> connection_;
  Thread thread_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_LANE_H_
