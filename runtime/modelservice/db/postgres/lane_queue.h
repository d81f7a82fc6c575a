// The calls on their way to the lanes of one kind, and which lane is woken for
// them.
#ifndef MODELSERVICE_DB_POSTGRES_LANE_QUEUE_H_
#define MODELSERVICE_DB_POSTGRES_LANE_QUEUE_H_

#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "modelservice/db/database.h"
#include "modelservice/db/postgres/doorbell.h"

namespace modelservice::postgres {

struct QueuedCall {
  Execution* execution;
  absl::Time since;
  int losses = 0;  // of the connection while it was in flight
};

// First in, first out. One lane is kept busy, for large batches; another one is
// woken only when none would look at the queue soon. Thread-safe.
class LaneQueue {
 public:
  // A lane as the queue sees it.
  class Place {
   public:
    Doorbell& bell() { return bell_; }

   private:
    friend class LaneQueue;
    enum class State {
      kAway,   // without a connection
      kIdle,   // sleeps until the bell rings
      kFresh,  // will look at the queue soon
      kSlow,   // busy for longer than usual
    };
    State state_ = State::kAway;
    Doorbell bell_;
  };

  // Calls that cannot be run for want of a connection are refused after
  // `most_wait`, unless their deadline says for how long they wait.
  explicit LaneQueue(absl::Duration most_wait) : most_wait_(most_wait) {}

  // False once the queue is closed; the call is not taken then.
  bool Push(Execution& execution);
  // Those that a lane has taken and not run, to the front. Also when closed.
  void PutBack(const std::vector<QueuedCall>& calls);

  // What a lane says of itself.
  void Join(Place& place);   // it has a connection, and comes to Take
  void Leave(Place& place);  // it has none any more
  void GotSlow(Place& place);

  // Moves the next calls, at most `most`, to `calls`, which is empty. When
  // there are none the lane is idle, or, false, has nothing more to do at all:
  // the queue is closed.
  bool Take(Place& place, size_t most, std::vector<QueuedCall>* calls);

  // Answers those whose limits have ended, and those that have waited for too
  // long for a connection, whose absence is `why`. For lanes to call from time
  // to time, whatever else they do.
  void AnswerTired(const absl::Status& why);

  // Push takes no more.
  void Close();
  bool closed() const;
  // Whether a lane without a connection need not make one: closed, and nothing
  // is left that no other lane will run.
  bool finished() const;

  // Once no lane is left.
  void AnswerAll(const absl::Status& status);

 private:
  // One to be woken by the caller, without the lock; null for none.
  Place* WakeOne();
  void LeaveState(Place& place);
  absl::Status Tired(const QueuedCall& call, absl::Time now,
                     const absl::Status& why) const;

  const absl::Duration most_wait_;
  mutable std::mutex mutex_;
  std::deque<QueuedCall> calls_;
  std::vector<Place*> idle_;  // the last is woken first
  int fresh_ = 0;
  int connected_ = 0;
  absl::Time alone_since_ = absl::InfinitePast();  // while connected_ is 0
  bool closed_ = false;
};

// OnDone, whatever it throws.
void Answer(Execution& execution, const absl::Status& status,
            const Outcome& outcome = Outcome());

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_LANE_QUEUE_H_
