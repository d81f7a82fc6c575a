// The writer's connection, lent to a transaction on another thread.
//
//   Loan* loan = new Loan(limits, max_time);
//   writer.Submit(*loan);
//   absl::StatusOr<Connection*> connection = loan->Wait();
//   ... { const Loan::Use use(*loan); if (use.status().ok()) ... } ...
//   loan->End();
//
// The writer begins the transaction, lends the connection, and waits until it
// comes back. What is kept for too long, or for a call that has ended, it takes
// back, and undoes what was written.
#ifndef MODELSERVICE_DB_SQLITE_LOAN_H_
#define MODELSERVICE_DB_SQLITE_LOAN_H_

#include <atomic>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/base/mutex.h"
#include "modelservice/database.h"
#include "modelservice/db/sqlite/connection.h"
#include "modelservice/db/sqlite/connection_pool.h"

namespace modelservice::sqlite {

// Belongs to the borrower and to the writer, and goes with the last of them. In
// the queue it is told from other calls by its statement's text.
class Loan final : public Execution, private CallLimits {
 public:
  // `limits` may be null and lives until End.
  Loan(const CallLimits* limits, absl::Duration max_time);

  static Loan* From(Execution& call);

  // For the borrower: waits until the connection is lent, or the limits end.
  absl::StatusOr<Connection*> Wait();
  // Gives the connection back to the pool, or leaves the queue. Nothing is used
  // afterwards.
  void End();

  // While it lives, the writer does not take the connection back: what is done
  // with it should be one statement. Not for two threads, but may be nested.
  class Use {
   public:
    explicit Use(Loan& loan) ABSL_NO_THREAD_SAFETY_ANALYSIS;
    ~Use() ABSL_NO_THREAD_SAFETY_ANALYSIS;
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    // Why the connection was taken back; OK while it may be used.
    const absl::Status& status() const ABSL_NO_THREAD_SAFETY_ANALYSIS {
      return loan_.taken_back_;
    }

   private:
    Loan& loan_;
  };

  // Why the connection is about to be taken back; OK when it is not.
  absl::Status Overdue() const;

  // For the writer. Whether the borrower still waits for it.
  bool Wanted();
  // Lends the connection, with a transaction begun on it, and waits until it is
  // back in its pool.
  void Lend(ConnectionPool::Lease connection);
  void Refuse(const absl::Status& status);

  // As an Execution it is never run.
  absl::Status OnRow(Row) override { return absl::OkStatus(); }
  void OnRestart() override {}
  void OnDone(const absl::Status& status, const Outcome&) override {
    Refuse(status);
  }

 private:
  enum class State { kQueued, kLent, kRefused, kEnded };

  // What is lent, under the limits of the loan.
  struct Lent {
    Lent(ConnectionPool::Lease lease, const CallLimits* loan)
        : connection(std::move(lease)), limits(*connection, loan) {}
    ConnectionPool::Lease connection;
    const Connection::LimitsScope limits;
  };

  // Those of the statements that run on the connection.
  SteadyTime ends_at() const override;
  bool cancelled() const override;

  // OK when the borrower has left or ended, else why he has to.
  absl::Status AwaitEnd();
  // Returns what is lent to its pool. What was not committed is undone.
  void GiveBack(const absl::Status& taken_back);
  void Release();

  const CallLimits* const call_limits_;
  const absl::Duration max_time_;
  std::atomic<int> owners_{2};

  Mutex mutex_;
  CondVar changed_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kQueued;
  absl::Status refusal_ ABSL_GUARDED_BY(mutex_);
  // Null unless it is lent.
  Connection* connection_ ABSL_GUARDED_BY(mutex_) = nullptr;
  // Set before the connection is lent.
  SteadyTime until_ = kNever;

  // Held by who uses the connection.
  Mutex use_;
  int uses_ = 0;  // of the borrower's thread, inside of each other
  std::optional<Lent> lent_ ABSL_GUARDED_BY(use_);
  absl::Status taken_back_ ABSL_GUARDED_BY(use_);
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_LOAN_H_
