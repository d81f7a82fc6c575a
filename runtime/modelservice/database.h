// A database: three verbs to run statements, whichever product is behind them.
//
//   Execute    one statement, the fast path; never blocks on another call
//   RunRead    several reads, or user code, on one consistent snapshot
//   RunWrite   several statements, or user code, in one transaction
//
// and a blocking form of each for ordinary code:
//
//   absl::Status s = db.Transact([&](Transaction& tx) -> absl::Status {
//     Customer customer;
//     return Objects<Customer>(tx).Create(&customer);
//   });
//
// Bodies and callbacks of OnCommit run on the threads of the executor, or, of
// the blocking forms, on the thread that calls them: never on one that others
// wait for. On every backend an error in one call never touches its neighbours,
// and a write that reports OK is durable.
//
// Ownership: who opened it (sqlite.h, postgres.h); it outlives what uses it.
// Threads: all methods are safe to call from any thread. Blocking: Transact,
// Read, Run, RunScript, ColumnsOf, LiveTableOf and Close wait; where a thread
// must not, they refuse in words. Errors: DatabaseError in the status
// (db/error.h).
#ifndef MODELSERVICE_DATABASE_H_
#define MODELSERVICE_DATABASE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "modelservice/base/call_limits.h"
#include "modelservice/base/executor.h"
#include "modelservice/base/measures.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/task_group.h"
#include "modelservice/db/kept_texts.h"
#include "modelservice/db/statement_log.h"
#include "modelservice/raw_query.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/statement.h"
#include "modelservice/transaction.h"

namespace modelservice {

class RowSignalsByTable;

// CheckCall as database errors: kTimeout or kCancelled.
absl::Status CheckLimits(const CallLimits* limits);

// One statement on its way through Execute. Owned by the caller, who keeps it
// alive until OnDone; OnDone may delete it. Callbacks come from any thread, one
// at a time, and must not block: others wait for that thread. Blocking forms
// refuse to be called there.
class Execution : public RowSink {
 public:
  Execution() = default;
  explicit Execution(Statement to_run) : statement(std::move(to_run)) {}

  Statement statement;
  const CallLimits* limits = nullptr;  // null: no limit

  // Called once, after the last row; for a write, after its commit.
  virtual void OnDone(const absl::Status& status, const Outcome& outcome) = 0;

  // For the database's queue.
  Execution* next = nullptr;
};

// The rows of one SELECT, read piece by piece on one snapshot: for streams. Not
// thread-safe, but may move between threads. Holds a connection until
// destroyed.
class Cursor {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<bool> more)>;

  virtual ~Cursor() = default;
  // Gives the next rows, at most `max_rows` of them, to `sink` and then calls
  // `done` with whether there may be more: before it returns or, where the
  // thread must not wait, later on the executor. `sink` and the cursor live
  // until then.
  virtual void Fetch(size_t max_rows, RowSink& sink, Done done) = 0;
};

class Database {
 public:
  // An error rolls back. A body may be run again after a conflict, unless it
  // said Transaction::DoNotRunAgain, so it must not keep state from a run that
  // was not committed.
  using Body = absl::AnyInvocable<absl::Status(Transaction&)>;
  using Done = absl::AnyInvocable<void(const absl::Status&)>;

  virtual ~Database() = default;

  virtual const Dialect& dialect() const = 0;

  virtual void Execute(Execution& execution) = 0;

  // Run `body` in a transaction on the executor and then call `done`, there or,
  // with a refusal, on any thread. At most the number of bodies that the
  // backend has room for run at a time; the others wait without a thread.
  // `limits` may be null and lives until `done`.
  void RunRead(Body body, const CallLimits* limits, Done done) {
    RunTransaction({/*read_only=*/true, {}, {}}, std::move(body), limits,
                   std::move(done));
  }
  void RunWrite(Body body, const CallLimits* limits, Done done) {
    RunTransaction({}, std::move(body), limits, std::move(done));
  }
  void RunTransaction(const TransactionOptions& options, Body body,
                      const CallLimits* limits, Done done);

  // Starts reading `statement`, which is moved into the cursor. `limits` may be
  // null and lives until the cursor is destroyed. Does not wait. kBusy when
  // there are as many open cursors as there may be.
  virtual absl::StatusOr<std::unique_ptr<Cursor>> Open(
      Statement statement, const CallLimits* limits) = 0;

  // The names of the table's columns in the live database; empty when there is
  // no such table.
  virtual absl::StatusOr<std::vector<std::string>> ColumnsOf(
      const Table& table) = 0;

  // The same with their types.
  virtual absl::StatusOr<std::vector<LiveColumn>> LiveColumnsOf(
      const Table& table) = 0;
  // How the model's fields lie in them, asked for when it is first needed and
  // then kept: never null. FAILED_PRECONDITION, naming the mend, for a field
  // that has no form in its column.
  absl::StatusOr<std::shared_ptr<const LiveTable>> LiveTableOf(
      const Table& table);

  // Whether it is still what was opened: kConnection, in words, once its file
  // is deleted or another one. Asks the file system, and nobody else.
  virtual absl::Status CheckPlace() { return absl::OkStatus(); }

  // Finishes what is queued, then closes. Calls that come later are answered
  // with kConnection. May be called again, but not from a body or a callback.
  virtual void Close() = 0;

  // The blocking forms, on the caller's thread. Inside a transaction of this
  // database they join it, under its limits: Transact in a savepoint; what
  // would write inside of a read-only one is refused. OK means committed (or,
  // joined, done so far). FAILED_PRECONDITION where the thread must not wait
  // (base/waiting.h).
  absl::Status Transact(absl::FunctionRef<absl::Status(Transaction&)> body,
                        const CallLimits* limits = nullptr,
                        const TransactionOptions& options = {});
  absl::Status Read(absl::FunctionRef<absl::Status(Transaction&)> body,
                    const CallLimits* limits = nullptr);
  absl::StatusOr<Outcome> Run(Statement statement, RowSink& sink,
                              const CallLimits* limits = nullptr);
  // SQL of a program's own, with a `?` for each of `values` (raw_query.h):
  // rows, or how many it inserted, changed or deleted.
  template <class... Values>
  RawQuery Query(absl::string_view sql, const Values&... values) {
    return RawQuery(*this, sql, {internal::RawValue(values)...});
  }
  template <class... Values>
  absl::StatusOr<int64_t> Execute(absl::string_view sql,
                                  const Values&... values) {
    return Query(sql, values...).Execute();
  }
  // Runs statements of DDL, separated by semicolons, in one transaction, for as
  // long as they take.
  absl::Status RunScript(absl::string_view sql);

  // Where bodies run; before the database is used. Without one, it makes its
  // own when it needs one.
  void set_executor(std::shared_ptr<Executor> executor);
  Executor& executor();

  // Runs `work` on the executor, for those who committed and do not wait for
  // it. It is done before Close is, and may write until then. Where there is no
  // room for it, it runs here: nothing is left out.
  void RunAfterCommit(absl::AnyInvocable<void()> work);

  // Who is told of what happens to rows (db/row_signals.h); may be null. Set
  // before the database is used.
  void set_row_signals(std::shared_ptr<RowSignalsByTable> signals) {
    row_signals_ = std::move(signals);
  }
  const std::shared_ptr<RowSignalsByTable>& row_signals() const {
    return row_signals_;
  }

  // Of every statement that runs for calls and blocking callers.
  StatementLog& statement_log() { return statement_log_; }
  // The SELECTs that are run again and again (orm/known_select).
  KeptTexts& selects() { return selects_; }
  // Of the SQL of RawQuery the parameters that no statement gives a type.
  KeptTexts& untyped_parameters() { return untyped_parameters_; }
  // Its numbers of this moment: statements, and its queues.
  virtual void Report(Measures& to);

 protected:
  // Execute, for a thread that waits for the end of it and of nothing else.
  virtual void ExecuteHere(Execution& execution) { Execute(execution); }

  // Runs `body` in a transaction, on this thread, once it is its turn, and
  // again after a conflict; then the callbacks of OnCommit. `limits` may be
  // null.
  virtual absl::Status RunHere(const TransactionOptions& options, Body& body,
                               const CallLimits* limits) = 0;

  // Those that work for the database on the executor, at most so many of each
  // at a time. Made when first used.
  struct Groups {
    Groups(Executor& executor, int most_reads, int most_writes);
    TaskGroup reads;
    TaskGroup writes;
    TaskGroup after_commit;
  };
  Groups& groups();
  // For a body of such a group that is done with its transaction: another one
  // may have its place.
  void LeaveGroup(bool read_only);
  // Waits for what was posted to them.
  void FinishGroups();
  // How many bodies can make use of a thread at a time.
  virtual int most_reading_bodies() const {
    return std::numeric_limits<int>::max();
  }
  virtual int most_writing_bodies() const = 0;

 private:
  std::shared_ptr<RowSignalsByTable> row_signals_;
  StatementLog statement_log_;
  KeptTexts selects_;
  KeptTexts untyped_parameters_;
  Executor& MadeExecutor() ABSL_EXCLUSIVE_LOCKS_REQUIRED(executor_mutex_);

  Mutex tables_mutex_;
  // By the model's, which outlive this.
  absl::flat_hash_map<const Table*, std::shared_ptr<const LiveTable>> tables_
      ABSL_GUARDED_BY(tables_mutex_);

  Mutex executor_mutex_;
  std::shared_ptr<Executor> executor_ ABSL_GUARDED_BY(executor_mutex_);
  // Those that something of the backend may still use.
  std::vector<std::shared_ptr<Executor>> replaced_
      ABSL_GUARDED_BY(executor_mutex_);
  std::unique_ptr<Groups> owned_groups_ ABSL_GUARDED_BY(executor_mutex_);
  std::atomic<Groups*> groups_{nullptr};
};

}  // namespace modelservice

#endif  // MODELSERVICE_DATABASE_H_
