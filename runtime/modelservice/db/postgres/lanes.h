// Execute of a PostgreSQL database: the lanes for reads and those for writes.
#ifndef MODELSERVICE_DB_POSTGRES_LANES_H_
#define MODELSERVICE_DB_POSTGRES_LANES_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/base/measures.h"
#include "modelservice/database.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/detour.h"
#include "modelservice/db/postgres/lane.h"
#include "modelservice/db/postgres/lane_queue.h"
#include "modelservice/postgres.h"

namespace modelservice::postgres {

// Execute is safe to call from any thread.
class Lanes {
 public:
  // `first` becomes the connection of a lane; the others make theirs in the
  // background. It may be null. `detour` outlives the lanes.
  Lanes(const PostgresOptions& options, Detour& detour,
        std::unique_ptr<Connection> first);
  ~Lanes() { Close(); }
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  // Whether there was a thread to be had for each.
  absl::Status started() const;

  void Execute(Execution& execution);

  // The numbers of both queues.
  void Report(Measures& to) const;

  // Runs what is queued and ends the threads. Calls that come later, and those
  // that cannot be run because the server is away, are kConnection. Once, or
  // again; not from a callback.
  void Close();

 private:
  const PostgresOptions options_;
  Detour& detour_;
  LaneQueue reads_;
  LaneQueue writes_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_LANES_H_
