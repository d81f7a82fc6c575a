#include "modelservice/db/sqlite/writer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/base/waiting.h"
#include "modelservice/db/sqlite/errors.h"

namespace modelservice::sqlite {

Writer::Writer(ConnectionPool& pool, const SqliteOptions& options)
    : pool_(pool),
      max_queue_(options.max_queue),
      batch_(queue_, options),
      thread_("SQLite's writer", [this] { Loop(); }) {}

void Writer::Submit(Execution& execution) {
  if (queue_.size() >= max_queue_) {
    refused_.Add();
    return execution.OnDone(
        BoundReached(
            absl::StrCat("There are ", max_queue_,
                         " writes waiting for the database, as many as may "
                         "(max_queue); try again later."),
            "QUEUE_FULL"),
        Outcome());
  }
  if (!queue_.Push(&execution)) execution.OnDone(ClosedError(), Outcome());
}

void Writer::Close() {
  queue_.Close();
  thread_.Join();
}

void Writer::Report(Measures& to) const {
  to.AddQueue("writer", static_cast<size_t>(std::max(0, queue_.size())),
              static_cast<size_t>(max_queue_), refused_.value());
  to.AddHistogram("modelservice_batch_seconds",
                  "Batches of statements, with their commits.",
                  {{"batch", "writes"}}, batch_times_);
  to.AddHistogram("modelservice_batch_size", "Statements in a batch.",
                  {{"batch", "writes"}}, batch_.sizes());
  to.AddHistogram("modelservice_commit_seconds",
                  "Commits of batches of SQLite's writer.", {},
                  batch_.commits());
  to.AddHistogram("modelservice_writer_loan_seconds",
                  "How long transactions had SQLite's writer.", {},
                  loan_times_);
}

void Writer::Loop() {
  const NoWaiting others_wait;
  while (queue_.Wait()) {
    if (Loan* loan = Loan::From(*queue_.Waiting())) {
      queue_.Pop();
      Lend(*loan);
    } else {
      RunBatch();
    }
  }
}

void Writer::RunBatch() {
  {
    const WaitingLimits limits(queue_);
    const absl::StatusOr<ConnectionPool::Lease> connection =
        pool_.Take(&limits);
    if (connection.ok()) {
      const SteadyTime start = SteadyNow();
      batch_.Run(**connection);
      batch_times_.Add(Since(start));
    } else {
      batch_.Refuse(connection.status());
    }
  }
  // With the connection given back, for who is answered may want it.
  batch_.Answer();
}

// Begins the transaction here, so that what waits for another process's lock
// does so once, for all that wait.
void Writer::Lend(Loan& loan) {
  absl::Status status;
  {
    const WaitingLimits limits(queue_, &loan);
    absl::StatusOr<ConnectionPool::Lease> connection = pool_.Take(&limits);
    status = connection.status();
    if (status.ok()) {
      const Connection::LimitsScope scope(**connection, &limits);
      status = (*connection)->Run(Connection::Control::kBeginImmediate);
    }
    if (status.ok()) {
      const SteadyTime start = SteadyNow();
      loan.Lend(*std::move(connection));
      loan_times_.Add(Since(start));
      return;
    }
  }
  loan.Refuse(status);
  batch_.Refuse(status);
  batch_.Answer();
}

}  // namespace modelservice::sqlite
