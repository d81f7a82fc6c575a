// What a lane does with the calls that it takes: many in one transaction, each
// as if it had been alone.
#ifndef MODELSERVICE_DB_POSTGRES_BATCH_H_
#define MODELSERVICE_DB_POSTGRES_BATCH_H_

#include <cstddef>
#include <vector>

#include "modelservice/db/postgres/answers.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/lane_call.h"
#include "modelservice/db/postgres/lane_queue.h"
#include "modelservice/db/postgres/round.h"

namespace modelservice::postgres {

// The error of a statement undoes the transaction that it was in with others.
// Then the calls before it run again, then it alone, then those after it. Where
// that does not help, because transactions conflict or the commit fails, each
// runs alone, which gives it its own true result. Of reads, only what comes
// after the failed one runs again.
//
// Results reach the lane when the server is done with all of a batch, so one
// that is slow holds up the others. A batch that takes long is cancelled: the
// one that this hits runs after the others, alone, and so does, from then on, a
// read that has been slow alone.
class Batch {
 public:
  Batch(LaneQueue& queue, LaneQueue::Place& place, bool writes)
      : queue_(queue),
        writes_(writes),
        round_(queue, place, writes, answers_) {}

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

  // Leaves one that is to run alone in calls_, as the last, and says where that
  // is.
  size_t SetSlowApart(Connection& connection);
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
  const bool writes_;
  Answers answers_;
  Round round_;
  std::vector<LaneCall> calls_;
  std::vector<Range> ranges_;
  int failures_ = 0;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_BATCH_H_
