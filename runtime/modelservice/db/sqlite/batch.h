// What the writer does with the queued calls: many in one transaction, each as
// if it had been alone.
#ifndef MODELSERVICE_DB_SQLITE_BATCH_H_
#define MODELSERVICE_DB_SQLITE_BATCH_H_

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/base/measures.h"
#include "modelservice/database.h"
#include "modelservice/db/sqlite/connection.h"
#include "modelservice/db/sqlite/transaction.h"
#include "modelservice/db/sqlite/write_queue.h"

namespace modelservice::sqlite {

// The limits of waiting for the queue's calls and loans: over when all of them
// gave up.
class WaitingLimits final : public CallLimits {
 public:
  // `first`, when it is not null, is one more, already popped.
  explicit WaitingLimits(WriteQueue& queue, Execution* first = nullptr)
      : first_(first), waiting_(queue.Waiting()) {}
  SteadyTime ends_at() const override { return kNever; }
  bool cancelled() const override;

 private:
  Execution* const first_;
  Execution* const waiting_;
};

// Runs calls from the queue, collects their results, and answers once they are
// committed. On the writer's thread.
class Batch {
 public:
  Batch(WriteQueue& queue, const SqliteOptions& options)
      : queue_(queue),
        most_(static_cast<size_t>(options.max_batch)),
        most_bytes_(static_cast<size_t>(options.max_batch_bytes)),
        longest_(options.max_batch_time) {}

  // Runs the calls that are waiting, and those that come meanwhile, up to the
  // next loan or the batch's size. Whatever happens to one of them, each gets
  // the result that it would have got in a transaction of its own.
  void Run(Connection& connection);

  // Gives `status` to those that the queue has seen waiting, loans too.
  void Refuse(const absl::Status& status);

  // Calls OnDone of all that were run or refused.
  void Answer();

  // How many calls the batches had, and how long their commits took; for any
  // thread.
  const Histogram& sizes() const { return sizes_; }
  const Histogram& commits() const { return commits_; }

 private:
  struct Call {
    explicit Call(Execution* execution) : execution(execution) {}
    Execution* execution;
    absl::Status status;
    Outcome outcome;
  };

  void RefuseOne(Execution* execution, const absl::Status& status);
  // The next call that is no loan, or null.
  Execution* Pop();
  void RunAlone(Connection& connection, Call& call);
  void RunTogether(Connection& connection, Execution* first);
  // Runs one call inside the batch's transaction. False when the call has
  // undone its neighbours, or cannot be undone without them.
  bool RunAmongOthers(Connection& connection, Call& call);
  // Rolls back and runs calls_[first...] again. The last of them is the one
  // that could not be among the others.
  void RunAgain(Connection& connection, size_t first);
  // Runs calls_[first, end) in one transaction; false when that failed.
  bool RunAgainTogether(Connection& connection, size_t first, size_t end);
  void Restart(Connection& connection, size_t first, size_t end);

  WriteQueue& queue_;
  const size_t most_;
  const size_t most_bytes_;
  const absl::Duration longest_;
  std::vector<Call> calls_;
  Histogram sizes_{Histogram::kCounts};
  Histogram commits_{Histogram::kSeconds};
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_BATCH_H_
