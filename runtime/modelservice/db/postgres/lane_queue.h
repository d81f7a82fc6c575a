// The calls on their way to the lanes of one kind, and which lane is woken for
// them.
#ifndef MODELSERVICE_DB_POSTGRES_LANE_QUEUE_H_
#define MODELSERVICE_DB_POSTGRES_LANE_QUEUE_H_

#include <cstddef>
#include <deque>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/measures.h"
#include "modelservice/base/mutex.h"
#include "modelservice/database.h"
#include "modelservice/db/postgres/doorbell.h"
#include "modelservice/postgres.h"

namespace modelservice::postgres {

struct QueuedCall {
  Execution* execution;
  SteadyTime since;
  size_t bytes;    // of its parameters
  int losses = 0;  // of the connection while it was in flight
};

// First in, first out. One lane is kept busy, for large batches; another one is
// woken only when none would look at the queue soon. Thread-safe.
class LaneQueue {
 public:
  // A lane as the queue sees it. Outlives what is called with it.
  class Place {
   public:
    explicit Place(LaneQueue& queue) : number_(queue.NewPlace(*this)) {}
    Doorbell& bell() { return bell_; }

   private:
    friend class LaneQueue;
    const size_t number_;
    Doorbell bell_;
  };

  // Calls that cannot be run for want of a connection are refused after
  // `pool_wait`, unless their deadline says for how long they wait.
  explicit LaneQueue(const PostgresOptions& options)
      : most_wait_(options.pool_wait),
        most_calls_(static_cast<size_t>(options.max_queue)),
        most_bytes_(static_cast<size_t>(options.max_batch_bytes)) {}

  // An error when the call is not taken: the queue is full, or closed.
  absl::Status Push(Execution& execution);
  // Those that a lane has taken and not run, to the front. Also when closed.
  void PutBack(const std::vector<QueuedCall>& calls);

  // What a lane says of itself.
  void Join(Place& place);   // it has a connection, and comes to Take
  void Leave(Place& place);  // it has none any more
  void GotSlow(Place& place);

  // Moves the next calls, at most `most` and no more than go into one batch, to
  // `calls`, which is empty. When there are none the lane is idle, or, false,
  // has nothing more to do at all: the queue is closed.
  bool Take(Place& place, size_t most, std::vector<QueuedCall>* calls);

  // Answers those whose limits have ended, and those that have waited for too
  // long for a connection, whose absence is `why`. For lanes to call from time
  // to time, whatever else they do.
  void AnswerTired(const absl::Status& why);

  // Of a lane: it has run one of so many calls.
  void NoteBatch(size_t calls, absl::Duration taken) {
    batch_sizes_.Add(static_cast<int64_t>(calls));
    batch_times_.Add(taken);
  }
  // How often a connection of the lanes had prepared a statement already.
  CacheCounts& statements() { return statements_; }
  // The numbers of this moment. `name` says which queue this is.
  void Report(absl::string_view name, Measures& to) const;

  // Push takes no more.
  void Close();
  bool closed() const;
  // Whether a lane without a connection need not make one: closed, and nothing
  // is left that no other lane will run.
  bool finished() const;

  // Once no lane is left.
  void AnswerAll(const absl::Status& status);

 private:
  enum class State {
    kAway,   // without a connection
    kIdle,   // sleeps until the bell rings
    kFresh,  // will look at the queue soon
    kSlow,   // busy for longer than usual
  };

  size_t NewPlace(Place& place);
  // One to be woken by the caller, without the lock; null for none.
  Place* WakeOne() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SetState(const Place& place, State state)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Tired(const QueuedCall& call, SteadyTime now,
                     const absl::Status& why) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const absl::Duration most_wait_;
  const size_t most_calls_;
  const size_t most_bytes_;
  Histogram batch_sizes_{Histogram::kCounts};
  CacheCounts statements_;
  Histogram batch_times_{Histogram::kSeconds};
  mutable Mutex mutex_;
  int64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<QueuedCall> calls_ ABSL_GUARDED_BY(mutex_);
  std::vector<Place*> places_ ABSL_GUARDED_BY(mutex_);
  std::vector<State> states_ ABSL_GUARDED_BY(mutex_);  // of the places
  // The last is woken first.
  std::vector<size_t> idle_ ABSL_GUARDED_BY(mutex_);
  int fresh_ ABSL_GUARDED_BY(mutex_) = 0;
  int connected_ ABSL_GUARDED_BY(mutex_) = 0;
  // While connected_ is 0.
  SteadyTime alone_since_ ABSL_GUARDED_BY(mutex_) = SteadyTime::min();
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

// OnDone, whatever it throws.
void Answer(Execution& execution, const absl::Status& status,
            const Outcome& outcome = Outcome());

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_LANE_QUEUE_H_
