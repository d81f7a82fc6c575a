// One implicit transaction of a lane: statements that are sent together, and
// what became of them.
#ifndef MODELSERVICE_DB_POSTGRES_ROUND_H_
#define MODELSERVICE_DB_POSTGRES_ROUND_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "modelservice/base/clock.h"
#include "modelservice/db/postgres/answers.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/detour.h"
#include "modelservice/db/postgres/lane_call.h"
#include "modelservice/db/postgres/lane_queue.h"
#include "modelservice/db/postgres/libpq.h"
#include "modelservice/db/postgres/watch.h"

namespace modelservice::postgres {

// The statements of the calls, then a Sync, which commits. Where writes return
// rows that a sink may refuse, the Sync waits until the sinks have taken these.
//
// While it lasts, calls whose limits end are answered at once, and what the
// server runs is cancelled: it may be theirs, or write for them. Those whose
// statements take too long to prepare take the detour.
class Round final : private Watch {
 public:
  enum class End {
    kDone,        // the transaction is committed
    kFailed,      // a statement failed; the transaction is undone
    kSyncFailed,  // the commit failed; the transaction is undone
    kUndone,      // a sink refused, or a write was too late
    kLost,        // the connection is gone
  };

  // Gives the answers of earlier rounds before it sleeps.
  Round(LaneQueue& queue, LaneQueue::Place& place, Detour& detour, bool writes,
        Answers& answers)
      : queue_(queue),
        place_(place),
        detour_(detour),
        writes_(writes),
        answers_(answers) {}

  // Runs calls[begin, end), but those that are answered. The others' limits are
  // looked after too: they wait for their turn. Afterwards, those that could
  // not be sent are answered. Of reads, those that went well are answered too;
  // of writes, none is. `ahead` is a SELECT of the transaction before them, or
  // empty.
  End Run(Connection& connection, const std::string& ahead,
          absl::Span<LaneCall> calls, size_t begin, size_t end);

  // How many were sent.
  size_t sent() const { return sent_.size(); }
  // After kFailed, the one that failed, its place in `calls`, and its error;
  // also the error of kSyncFailed.
  size_t failed() const { return failed_; }
  const PGresult* error() const { return error_.get(); }
  // The error is a cancellation that was meant for another call.
  bool misdirected() const { return misdirected_; }
  // Whether one waited for a lock for too long.
  bool met_lock() const { return met_lock_; }
  // After kLost: whether the server may have committed.
  bool in_doubt() const { return committing_ && writes_; }
  const absl::Status& loss() const { return loss_; }

 private:
  absl::Status Look(absl::Duration* most) override;

  // These are false when the connection is lost.
  bool PrepareAll(Connection& connection);
  // What became of those that could not be prepared.
  void FailToPrepare(absl::string_view text, const absl::Status& status);
  bool SendAll(Connection& connection);
  bool ReceiveAll(Connection& connection);
  bool Finish(Connection& connection);
  bool Sync(Connection& connection, bool commits);
  bool Lost(absl::Status status);

  void CheckAll();
  // Whether one of many should be found out that holds up the others.
  bool IsTooSlow(SteadyTime now) const;
  bool HasUnanswered() const;
  // Takes the result of the call at head_.
  bool Take(Connection& connection, Result result);
  void TakeRows(Connection& connection, LaneCall& call, const PGresult* result);

  LaneQueue& queue_;
  LaneQueue::Place& place_;
  Detour& detour_;
  const bool writes_;
  Answers& answers_;

  const std::string* ahead_ = nullptr;
  absl::Span<LaneCall> calls_;
  size_t begin_ = 0;
  size_t end_ = 0;
  std::vector<size_t> sent_;  // places in calls_
  size_t head_ = 0;           // in sent_: the first without a result
  bool ahead_sent_ = false;   // and its result is to come
  bool sending_ = false;      // from the first one sent to the last result
  bool may_refuse_ = false;   // a sink, of a row of a write
  bool committing_ = false;   // a Sync that commits may have reached the server
  bool undo_ = false;
  bool too_slow_ = false;
  bool has_failed_ = false;
  size_t failed_ = 0;
  Result error_;
  bool misdirected_ = false;
  bool met_lock_ = false;
  absl::Status loss_;

  SteadyTime start_;
  SteadyTime slow_at_;
  SteadyTime look_at_;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_ROUND_H_
