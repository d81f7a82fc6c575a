#include "modelservice/database.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/waiting.h"
#include "modelservice/db/error.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

absl::Status ReadOnlyError(absl::string_view what) {
  return MakeDatabaseError(
      DatabaseError::Kind::kOther,
      absl::StrCat(what,
                   " inside of a read-only transaction; start with "
                   "RunWrite or Transact instead of RunRead or Read"));
}

// Where a blocking call waits for its result.
class Waiter {
 public:
  void Set(absl::Status status) {
    // Under the lock to its end: the waiting thread destroys this as soon as it
    // has seen the result.
    const MutexLock lock(mutex_);
    status_ = std::move(status);
    set_.NotifyOne();
  }
  absl::Status Wait() {
    const MutexLock lock(mutex_);
    while (!status_.has_value()) set_.Wait(mutex_);
    return *std::move(status_);
  }

 private:
  Mutex mutex_;
  CondVar set_;
  std::optional<absl::Status> status_ ABSL_GUARDED_BY(mutex_);
};

class BlockingExecution final : public Execution {
 public:
  BlockingExecution(Statement to_run, StatementLog& log, RowSink& sink)
      : Execution(std::move(to_run)), rows_(log, statement.text, sink) {}
  absl::Status OnRow(Row row) override { return rows_.OnRow(row); }
  void OnRestart() override { rows_.OnRestart(); }
  void OnDone(const absl::Status& status, const Outcome& outcome) override {
    outcome_ = outcome;
    rows_.NoteChanges(outcome.changes);
    waiter_.Set(status);
  }
  absl::StatusOr<Outcome> Wait() {
    absl::Status status = waiter_.Wait();
    if (!status.ok()) return status;
    return outcome_;
  }

 private:
  NotedRows rows_;
  Waiter waiter_;
  Outcome outcome_;
};

}  // namespace

absl::Status CheckLimits(const CallLimits* limits) {
  const absl::Status status = CheckCall(limits);
  if (status.ok()) return status;
  return MakeDatabaseError(absl::IsCancelled(status)
                               ? DatabaseError::Kind::kCancelled
                               : DatabaseError::Kind::kTimeout,
                           status.message());
}

Transaction::Scope*& Transaction::Scope::Innermost() {
  thread_local Scope* innermost = nullptr;
  return innermost;
}

Transaction::Scope::Scope(Transaction* transaction)
    : transaction_(transaction), outer_(Innermost()) {
  Innermost() = this;
}

Transaction::Scope::~Scope() { Innermost() = outer_; }

Transaction* Transaction::Current(const Database& database) {
  for (Scope* scope = Scope::Innermost(); scope != nullptr;
       scope = scope->outer_) {
    if (&scope->transaction_->database() == &database) {
      return scope->transaction_;
    }
  }
  return nullptr;
}

absl::StatusOr<int64_t> Transaction::InsertRows(const Table& table,
                                                absl::Span<const int> columns,
                                                RowSource& rows) {
  const Statement one = Write(InsertInto(table, columns, Returning::kNothing),
                              database().dialect());
  int64_t count = 0;
  absl::Status status = Savepoint([&](Transaction& savepoint) -> absl::Status {
    NoRows ignored;
    while (true) {
      const absl::StatusOr<std::optional<Row>> row = rows.Next();
      if (!row.ok()) return row.status();
      if (!row->has_value()) return absl::OkStatus();
      Statement insert;
      insert.text = one.text;
      insert.writes = true;
      insert.parameters.assign((*row)->begin(), (*row)->end());
      const absl::StatusOr<Outcome> outcome =
          savepoint.Execute(insert, ignored);
      if (!outcome.ok()) return outcome.status();
      ++count;
    }
  });
  if (!status.ok()) return status;
  return count;
}

absl::StatusOr<RowsByTable> Transaction::CountDeleted(const Table&,
                                                      Statement&) {
  return absl::UnimplementedError(
      "this database does not tell what a DELETE removed of other tables");
}

Database::Groups::Groups(Executor& executor, int most_reads, int most_writes)
    : reads(executor, "read",
            {most_reads, /*most_waiting=*/10000, "max_queue"}),
      writes(executor, "write",
             {most_writes, /*most_waiting=*/10000, "max_queue"}),
      // What calls wait for goes on all the same.
      after_commit(executor, "after commit",
                   {std::max(1, executor.threads() / 4),
                    /*most_waiting=*/executor.max_queue(), "max_queue"}) {}

void Database::set_executor(std::shared_ptr<Executor> executor) {
  const MutexLock lock(executor_mutex_);
  if (executor_ != nullptr) replaced_.push_back(std::move(executor_));
  executor_ = std::move(executor);
  // Made anew, for the new one.
  groups_ = nullptr;
  owned_groups_ = nullptr;
}

Executor& Database::executor() {
  const MutexLock lock(executor_mutex_);
  return MadeExecutor();
}

Executor& Database::MadeExecutor() {
  if (executor_ == nullptr) executor_ = std::make_shared<Executor>();
  return *executor_;
}

Database::Groups& Database::groups() {
  if (Groups* const made = groups_.load(std::memory_order_acquire)) {
    return *made;
  }
  const MutexLock lock(executor_mutex_);
  if (owned_groups_ == nullptr) {
    Executor& executor = MadeExecutor();
    // Neither takes all threads: methods go on while rows are read slowly.
    const int most = std::max(1, executor.threads() * 3 / 4);
    owned_groups_ = std::make_unique<Groups>(
        executor, std::min(most, most_reading_bodies()),
        std::min(most, most_writing_bodies()));
    groups_.store(owned_groups_.get(), std::memory_order_release);
  }
  return *owned_groups_;
}

void Database::LeaveGroup(bool read_only) {
  if (Groups* const made = groups_.load(std::memory_order_acquire)) {
    (read_only ? made->reads : made->writes).Leave();
  }
}

void Database::FinishGroups() {
  if (Groups* const made = groups_.load(std::memory_order_acquire)) {
    made->reads.Drain();
    made->writes.Drain();
    // What follows them may write, and so be followed.
    made->after_commit.Drain();
  }
}

void Database::RunAfterCommit(absl::AnyInvocable<void()> work) {
  groups().after_commit.Post(
      nullptr,
      [work = std::move(work)](const absl::Status&) mutable { work(); });
}

void Database::RunTransaction(const TransactionOptions& options, Body body,
                              const CallLimits* limits, Done done) {
  TaskGroup& group = options.read_only ? groups().reads : groups().writes;
  group.Post(limits,
             [this, options, &group, body = std::move(body), limits,
              done = std::move(done)](const absl::Status& admitted) mutable {
               if (!admitted.ok()) return done(admitted);
               const absl::Status status = RunHere(options, body, limits);
               // What it holds may be its caller's, who may go with `done`.
               body = nullptr;
               // `done` may wait for another one.
               group.Leave();
               done(status);
             });
}

absl::Status Database::Transact(
    absl::FunctionRef<absl::Status(Transaction&)> body,
    const CallLimits* limits, const TransactionOptions& options) {
  if (Transaction* joined = Transaction::Current(*this)) {
    if (options.read_only) return body(*joined);
    if (joined->read_only()) return ReadOnlyError("Transact");
    return joined->Savepoint(body);
  }
  absl::Status status = CheckMayWait("Transact");
  if (!status.ok()) return status;
  Body owned = [body](Transaction& transaction) { return body(transaction); };
  return RunHere(options, owned, limits);
}

absl::Status Database::Read(absl::FunctionRef<absl::Status(Transaction&)> body,
                            const CallLimits* limits) {
  return Transact(body, limits, {/*read_only=*/true, {}, {}});
}

absl::StatusOr<Outcome> Database::Run(Statement statement, RowSink& sink,
                                      const CallLimits* limits) {
  if (Transaction* joined = Transaction::Current(*this)) {
    if (statement.writes && joined->read_only()) {
      return ReadOnlyError("a write");
    }
    return joined->Execute(statement, sink);
  }
  absl::Status status = CheckMayWait("a statement");
  if (!status.ok()) return status;
  BlockingExecution execution(std::move(statement), statement_log_, sink);
  execution.limits = limits;
  ExecuteHere(execution);
  return execution.Wait();
}

void Database::Report(Measures& to) {
  statement_log_.Report(to);
  if (Groups* const made = groups_.load(std::memory_order_acquire)) {
    made->reads.Report(to);
    made->writes.Report(to);
    made->after_commit.Report(to);
  }
}

absl::Status Database::RunScript(absl::string_view sql) {
  return Transact(
      [sql](Transaction& transaction) { return transaction.RunScript(sql); },
      nullptr,
      {/*read_only=*/false, Isolation::kRepeatableRead,
       absl::InfiniteDuration()});
}

absl::StatusOr<std::shared_ptr<const LiveTable>> Database::LiveTableOf(
    const Table& table) {
  {
    const MutexLock lock(tables_mutex_);
    const auto found = tables_.find(&table);
    if (found != tables_.end()) return found->second;
  }
  auto columns = LiveColumnsOf(table);
  if (!columns.ok()) return columns.status();
  auto made = MakeLiveTable(table, *std::move(columns), dialect());
  if (!made.ok()) return made.status();
  auto live = std::make_shared<const LiveTable>(*std::move(made));
  // One that is not there yet is asked for again.
  if (live->columns.empty()) return live;
  const MutexLock lock(tables_mutex_);
  return tables_.try_emplace(&table, std::move(live)).first->second;
}

}  // namespace modelservice
