// A database in which things go wrong, by a seed.
//
// What failed before anything was done is kConnection; kTimeout is in doubt: it
// was done.
#ifndef MODELSERVICE_TESTS_SCHEDULES_FAULTY_DATABASE_H_
#define MODELSERVICE_TESTS_SCHEDULES_FAULTY_DATABASE_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "modelservice/database.h"
#include "modelservice/db/error.h"

namespace schedules {

using ::modelservice::CallLimits;
using ::modelservice::Database;
using ::modelservice::DatabaseError;
using ::modelservice::Execution;
using ::modelservice::MakeDatabaseError;
using ::modelservice::Outcome;
using ::modelservice::Row;
using ::modelservice::RowSink;
using ::modelservice::Statement;
using ::modelservice::Transaction;
using ::modelservice::TransactionOptions;

enum class Fault { kNone, kBefore, kAfter, kRestart };

// What happens next. Thread-safe.
class Faults {
 public:
  void Seed(uint32_t seed) {
    const std::lock_guard<std::mutex> lock(mutex_);
    random_.seed(seed);
  }
  // Waits now, where that is what happens.
  Fault Draw() {
    uint32_t kind = 0;
    uint32_t microseconds = 0;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      kind = static_cast<uint32_t>(random_()) % 100;
      microseconds = static_cast<uint32_t>(random_()) % 1000;
    }
    if (kind < 5) return Fault::kBefore;
    if (kind < 8) return Fault::kAfter;
    if (kind < 18) return Fault::kRestart;
    if (kind < 26) {
      std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
    }
    return Fault::kNone;
  }

 private:
  std::mutex mutex_;
  std::mt19937 random_;
};

inline absl::Status LostBefore() {
  return MakeDatabaseError(DatabaseError::Kind::kConnection, "lost before");
}
inline absl::Status LostAfter() {
  return MakeDatabaseError(DatabaseError::Kind::kTimeout, "lost after");
}

// Gives its first row, starts anew, and gives it again; or fails when all is
// done. Deletes itself.
class FaultyExecution final : public Execution {
 public:
  FaultyExecution(Execution& outer, Fault fault)
      : outer_(outer), fault_(fault), restarts_(fault == Fault::kRestart) {
    statement = std::move(outer.statement);
    limits = outer.limits;
  }

  absl::Status OnRow(Row row) override {
    absl::Status status = outer_.OnRow(row);
    if (!status.ok() || !restarts_) return status;
    restarts_ = false;
    outer_.OnRestart();
    return outer_.OnRow(row);
  }
  void OnRestart() override { outer_.OnRestart(); }
  void OnDone(const absl::Status& status, const Outcome& outcome) override {
    const std::unique_ptr<FaultyExecution> self(this);
    outer_.statement = std::move(statement);
    if (status.ok() && fault_ == Fault::kAfter) {
      outer_.OnDone(LostAfter(), outcome);
    } else {
      outer_.OnDone(status, outcome);
    }
  }

 private:
  Execution& outer_;
  const Fault fault_;
  bool restarts_;
};

class FaultyTransaction final : public Transaction {
 public:
  // `runs_again` is told of DoNotRunAgain.
  FaultyTransaction(Database& database, Faults& faults, Transaction& inner,
                    bool* runs_again)
      : database_(database),
        faults_(faults),
        inner_(inner),
        runs_again_(runs_again),
        scope_(this) {}

  absl::StatusOr<Outcome> Execute(Statement& statement,
                                  RowSink& sink) override {
    const Fault fault = faults_.Draw();
    if (fault == Fault::kBefore) return LostBefore();
    if (fault == Fault::kRestart && !statement.writes) {
      const absl::StatusOr<Outcome> first = inner_.Execute(statement, sink);
      if (!first.ok()) return first.status();
      sink.OnRestart();
    }
    return inner_.Execute(statement, sink);
  }
  absl::Status RunScript(absl::string_view sql) override {
    return inner_.RunScript(sql);
  }
  absl::Status Savepoint(
      absl::FunctionRef<absl::Status(Transaction&)> body) override {
    return inner_.Savepoint([&](Transaction& inner) -> absl::Status {
      FaultyTransaction savepoint(database_, faults_, inner, runs_again_);
      return body(savepoint);
    });
  }
  void OnCommit(absl::AnyInvocable<void()> callback) override {
    inner_.OnCommit(std::move(callback));
  }
  void DoNotRunAgain() override {
    *runs_again_ = false;
    inner_.DoNotRunAgain();
  }
  Database& database() override { return database_; }
  bool read_only() const override { return inner_.read_only(); }

 private:
  Database& database_;
  Faults& faults_;
  Transaction& inner_;
  bool* const runs_again_;
  const Scope scope_;
};

class FaultyDatabase final : public Database {
 public:
  // Both outlive it.
  FaultyDatabase(Database& inner, Faults& faults)
      : inner_(inner), faults_(faults) {}
  ~FaultyDatabase() override { FinishGroups(); }

  const modelservice::Dialect& dialect() const override {
    return inner_.dialect();
  }
  void Execute(Execution& execution) override {
    const Fault fault = faults_.Draw();
    if (fault == Fault::kBefore) {
      execution.OnDone(LostBefore(), Outcome());
    } else if (fault == Fault::kNone) {
      inner_.Execute(execution);
    } else {
      inner_.Execute(*new FaultyExecution(execution, fault));
    }
  }
  absl::StatusOr<std::unique_ptr<modelservice::Cursor>> Open(
      Statement statement, const CallLimits* limits) override {
    if (faults_.Draw() == Fault::kBefore) return LostBefore();
    return inner_.Open(std::move(statement), limits);
  }
  absl::StatusOr<std::vector<std::string>> ColumnsOf(
      const modelservice::Table& table) override {
    return inner_.ColumnsOf(table);
  }
  absl::StatusOr<std::vector<modelservice::LiveColumn>> LiveColumnsOf(
      const modelservice::Table& table) override {
    return inner_.LiveColumnsOf(table);
  }
  // The file stays open, for the checker.
  void Close() override { FinishGroups(); }

 protected:
  absl::Status RunHere(const TransactionOptions& options, Body& body,
                       const CallLimits* limits) override {
    const Fault fault = faults_.Draw();
    if (fault == Fault::kBefore) return LostBefore();
    bool undo = fault == Fault::kRestart;
    while (true) {
      bool undone = false;
      bool runs_again = true;
      const absl::Status status = inner_.Transact(
          [&](Transaction& inner) -> absl::Status {
            runs_again = true;
            FaultyTransaction transaction(*this, faults_, inner, &runs_again);
            absl::Status ended = body(transaction);
            if (!ended.ok() || !undo) return ended;
            undone = true;
            return absl::AbortedError("undone");
          },
          limits, options);
      if (undone && runs_again) {
        undo = false;
        continue;
      }
      if (undone) {
        return MakeDatabaseError(DatabaseError::Kind::kSerialization, "undone");
      }
      if (status.ok() && fault == Fault::kAfter && !options.read_only) {
        return LostAfter();
      }
      return status;
    }
  }
  int most_writing_bodies() const override { return 2; }

 private:
  Database& inner_;
  Faults& faults_;
};

}  // namespace schedules

#endif  // MODELSERVICE_TESTS_SCHEDULES_FAULTY_DATABASE_H_
