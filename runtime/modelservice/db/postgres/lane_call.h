// One call in a lane's hands.
#ifndef MODELSERVICE_DB_POSTGRES_LANE_CALL_H_
#define MODELSERVICE_DB_POSTGRES_LANE_CALL_H_

#include <utility>

#include "absl/status/status.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/postgres/lane_queue.h"
#include "modelservice/db/postgres/statement_cache.h"

namespace modelservice::postgres {

struct LaneCall {
  explicit LaneCall(const QueuedCall& taken) : queued(taken) {}

  Execution& execution() const { return *queued.execution; }
  // Or left to somebody else.
  bool answered() const { return queued.execution == nullptr; }

  // Its execution, which may go now, is not touched afterwards.
  void Answer(const absl::Status& status) {
    postgres::Answer(*std::exchange(queued.execution, nullptr), status,
                     status.ok() ? outcome : Outcome());
  }

  // For somebody else to answer.
  Execution& Leave() { return *std::exchange(queued.execution, nullptr); }

  // Before it is run again.
  void Restart() {
    refusal = absl::OkStatus();
    if (!std::exchange(has_rows, false) || answered()) return;
    NoThrow([this] {
      execution().OnRestart();
      return absl::OkStatus();
    }).IgnoreError();
  }

  QueuedCall queued;
  PreparedStatement* prepared = nullptr;
  bool has_rows = false;  // its sink, since it was started
  absl::Status refusal;   // by its sink
  Outcome outcome;
  bool renewed = false;  // its statement was prepared anew
  int conflicts = 0;     // that it has lost while it was alone
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_LANE_CALL_H_
