// What a lane does with the calls that it takes: many in one transaction, each
// as if it had been alone.
#ifndef MODELSERVICE_DB_POSTGRES_BATCH_H_
#define MODELSERVICE_DB_POSTGRES_BATCH_H_

#include <cstddef>
#include <vector>

#include "modelservice/base/clock.h"
#include "modelservice/db/postgres/answers.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/detour.h"
#include "modelservice/db/postgres/lane_call.h"
#include "modelservice/db/postgres/lane_queue.h"
#include "modelservice/db/postgres/patience.h"
#include "modelservice/db/postgres/round.h"

namespace modelservice::postgres {

// The error of a statement undoes the transaction that it was in with others.
// Then the calls before it run again, then it alone, then those after it. Where
// that does not help, because transactions conflict or the commit fails, each
// runs alone, which gives it its own true result. Of reads, only what comes
// after the failed one runs again.
//
// Results reach the lane when the server is done with all of a batch, so one
// that is slow holds up the others. One that takes too long by itself, or waits
// for a lock, is ended by the server (patience.h) and takes the detour. When
// many take long together, they are cancelled: the one that this hits runs
// after the others, alone.
class Batch {
 public:
  Batch(LaneQueue& queue, LaneQueue::Place& place, Detour& detour,
        const Patience& patience, bool writes)
      : queue_(queue),
        detour_(detour),
        patience_(patience),
        writes_(writes),
        round_(queue, place, detour, writes, answers_) {}

  // Runs `taken` and answers, some of them with the next batch. When the
  // connection is lost, those that have surely left no trace go back to the
  // queue, and the others are kConnection.
  void Run(Connection& connection, const std::vector<QueuedCall>& taken);
  // When there is no next batch.
  void GiveAnswers() { answers_.Give(); }

 private:
  // Calls that run together: calls_[begin, end).
  struct Range {
    size_t begin;
    size_t end;
  };

  // Lets those take the detour that are known to be slow.
  void Divert();
  void RunRange(Connection& connection, Range range);
  void AnswerAll(Range range);
  void AnswerRefused(Range range);
  void RetryFailed(Connection& connection, Range range);
  // To be run next; the last one added is the first.
  void Add(size_t begin, size_t end);
  void AddOneByOne(Range range);
  void Restart(Range range);
  // `range` was in flight.
  void GiveBack(Range range);

  LaneQueue& queue_;
  Detour& detour_;
  const Patience& patience_;
  const bool writes_;
  Answers answers_;
  Round round_;
  std::vector<LaneCall> calls_;
  std::vector<Range> ranges_;
  int failures_ = 0;
  // As long as it has little patience with locks.
  SteadyTime hasty_until_ = SteadyTime::min();
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_BATCH_H_
