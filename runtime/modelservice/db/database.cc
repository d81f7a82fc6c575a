#include "modelservice/db/database.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/db/error.h"
#include "modelservice/sql/statements.h"

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
    const std::lock_guard<std::mutex> lock(mutex_);
    status_ = std::move(status);
    set_.notify_one();
  }
  absl::Status Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    set_.wait(lock, [this] { return status_.has_value(); });
    return *std::move(status_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable set_;
  std::optional<absl::Status> status_;
};

class BlockingExecution final : public Execution {
 public:
  explicit BlockingExecution(RowSink& sink) : sink_(sink) {}
  absl::Status OnRow(Row row) override { return sink_.OnRow(row); }
  void OnRestart() override { sink_.OnRestart(); }
  void OnDone(const absl::Status& status, const Outcome& outcome) override {
    outcome_ = outcome;
    waiter_.Set(status);
  }
  absl::StatusOr<Outcome> Wait() {
    absl::Status status = waiter_.Wait();
    if (!status.ok()) return status;
    return outcome_;
  }

 private:
  RowSink& sink_;
  Waiter waiter_;
  Outcome outcome_;
};

class NoRows final : public RowSink {
 public:
  absl::Status OnRow(Row) override { return absl::OkStatus(); }
};

}  // namespace

absl::Status CheckLimits(const CallLimits* limits) {
  if (limits == nullptr) return absl::OkStatus();
  if (limits->cancelled()) {
    return MakeDatabaseError(DatabaseError::Kind::kCancelled,
                             "the call was cancelled");
  }
  const absl::Time deadline = limits->deadline();
  if (deadline != absl::InfiniteFuture() && deadline <= absl::Now()) {
    return MakeDatabaseError(DatabaseError::Kind::kTimeout,
                             "the call's deadline passed");
  }
  return absl::OkStatus();
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
  const std::string sql =
      InsertSql(table, database().dialect(), columns, Returning::kNothing);
  int64_t count = 0;
  absl::Status status = Savepoint([&](Transaction& savepoint) -> absl::Status {
    NoRows ignored;
    while (true) {
      const absl::StatusOr<std::optional<Row>> row = rows.Next();
      if (!row.ok()) return row.status();
      if (!row->has_value()) return absl::OkStatus();
      Statement insert;
      insert.text = sql;
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

absl::Status Database::Transact(
    absl::FunctionRef<absl::Status(Transaction&)> body,
    const CallLimits* limits) {
  if (Transaction* joined = Transaction::Current(*this)) {
    if (joined->read_only()) return ReadOnlyError("Transact");
    return joined->Savepoint(body);
  }
  Waiter waiter;
  RunWrite([body](Transaction& transaction) { return body(transaction); },
           limits, [&waiter](const absl::Status& s) { waiter.Set(s); });
  return waiter.Wait();
}

absl::Status Database::Read(absl::FunctionRef<absl::Status(Transaction&)> body,
                            const CallLimits* limits) {
  if (Transaction* joined = Transaction::Current(*this)) return body(*joined);
  Waiter waiter;
  RunRead([body](Transaction& transaction) { return body(transaction); },
          limits, [&waiter](const absl::Status& s) { waiter.Set(s); });
  return waiter.Wait();
}

absl::StatusOr<Outcome> Database::Run(Statement statement, RowSink& sink,
                                      const CallLimits* limits) {
  if (Transaction* joined = Transaction::Current(*this)) {
    if (statement.writes && joined->read_only()) {
      return ReadOnlyError("a write");
    }
    return joined->Execute(statement, sink);
  }
  BlockingExecution execution(sink);
  execution.statement = std::move(statement);
  execution.limits = limits;
  Execute(execution);
  return execution.Wait();
}

absl::Status Database::RunScript(absl::string_view sql) {
  return Transact(
      [sql](Transaction& transaction) { return transaction.RunScript(sql); });
}

}  // namespace modelservice
