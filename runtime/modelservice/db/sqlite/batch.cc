#include "modelservice/db/sqlite/batch.h"

#include <sqlite3.h>

#include <utility>

#include "absl/time/clock.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/sqlite/errors.h"

namespace modelservice::sqlite {
namespace {

using Control = Connection::Control;

bool GaveUp(Execution& call) {
  Loan* const loan = Loan::From(call);
  return loan != nullptr ? !loan->Wanted() : !CheckLimits(call.limits).ok();
}

// Of its parameters: what a statement writes is among them.
size_t BytesOf(const Statement& statement) {
  size_t bytes = 0;
  for (const Value& value : statement.parameters) {
    if (value.kind() == Value::Kind::kText ||
        value.kind() == Value::Kind::kBlob) {
      bytes += value.text().size();
    }
  }
  return bytes;
}

}  // namespace

bool WaitingLimits::cancelled() const {
  if (first_ != nullptr && !GaveUp(*first_)) return false;
  for (Execution* call = waiting_; call != nullptr; call = call->next) {
    if (!GaveUp(*call)) return false;
  }
  return true;
}

Execution* Batch::Pop() {
  Execution* const next = queue_.Waiting();
  return next == nullptr || Loan::From(*next) != nullptr ? nullptr
                                                         : queue_.Pop();
}

void Batch::Run(Connection& connection) {
  Execution* const first = Pop();
  if (first == nullptr) return;
  Execution* const second = queue_.Waiting();
  if (second != nullptr && Loan::From(*second) == nullptr) {
    RunTogether(connection, first);
  } else {
    calls_.emplace_back(first);
    RunAlone(connection, calls_.back());
  }
  sizes_.Add(static_cast<int64_t>(calls_.size()));
}

void Batch::Refuse(const absl::Status& status) {
  // Not those that have come meanwhile: they have not waited yet.
  for (Execution* call = queue_.TakeSeen(); call != nullptr;
       call = call->next) {
    RefuseOne(call, status);
  }
}

void Batch::RefuseOne(Execution* execution, const absl::Status& status) {
  Call& call = calls_.emplace_back(execution);
  // `status` may say that all of them gave up, but not why this one did.
  call.status = CheckLimits(execution->limits);
  if (call.status.ok()) call.status = status;
}

void Batch::Answer() {
  for (Call& call : calls_) {
    NoThrow([&] {
      call.execution->OnDone(call.status,
                             call.status.ok() ? call.outcome : Outcome());
      return absl::OkStatus();
    }).IgnoreError();
  }
  calls_.clear();
}

// In a transaction of its own: SQLite makes one for a single statement, which
// spares BEGIN and COMMIT, but commits it even when the sink has refused a row.
void Batch::RunAlone(Connection& connection, Call& call) {
  call.status = CheckLimits(call.execution->limits);
  if (!call.status.ok()) return;
  const Connection::LimitsScope scope(connection, call.execution->limits);

  const Statement& statement = call.execution->statement;
  const absl::StatusOr<StatementCache::Lease> prepared =
      connection.Prepare(statement.text);
  if (!prepared.ok()) {
    call.status = prepared.status();
    return;
  }
  const auto run = [&] {
    Connection::Result result =
        connection.Run(**prepared, statement, *call.execution);
    call.outcome = result.outcome;
    return std::move(result.status);
  };
  const bool may_need_undo =
      (*prepared)->returns_rows() || !statement.read_back.empty();
  call.status = may_need_undo
                    ? RunBetween(connection, Control::kBeginImmediate, run)
                    : run();
  if (!may_need_undo &&
      HasKind(call.status, DatabaseError::Kind::kForeignKey)) {
    // Undone with its transaction. In one of ours, a COMMIT that fails on a
    // deferred key names it.
    call.status = RunBetween(connection, Control::kBeginImmediate, run);
  }
}

void Batch::RunTogether(Connection& connection, Execution* first) {
  absl::Status status;
  {
    const WaitingLimits limits(queue_, first);
    const Connection::LimitsScope scope(connection, &limits);
    status = connection.Run(Control::kBeginImmediate);
  }
  const size_t begin = calls_.size();
  if (!status.ok()) {
    RefuseOne(first, status);
    Refuse(status);
    return;
  }
  const SteadyTime until = After(longest_);
  size_t bytes = 0;
  for (Execution* call = first; call != nullptr; call = Pop()) {
    calls_.emplace_back(call);
    bytes += BytesOf(call->statement);
    if (!RunAmongOthers(connection, calls_.back())) {
      RunAgain(connection, begin);
      return;
    }
    if (calls_.size() - begin >= most_ || bytes >= most_bytes_ ||
        SteadyNow() >= until) {
      break;
    }
  }
  const SteadyTime start = SteadyNow();
  const bool committed = connection.Run(Control::kCommit).ok();
  commits_.Add(Since(start));
  if (committed) return;
  Restart(connection, begin, calls_.size());
  for (size_t i = begin; i < calls_.size(); ++i)
    RunAlone(connection, calls_[i]);
}

bool Batch::RunAmongOthers(Connection& connection, Call& call) {
  call.status = CheckLimits(call.execution->limits);
  if (!call.status.ok()) return true;
  const Connection::LimitsScope scope(connection, call.execution->limits);
  const Statement& statement = call.execution->statement;
  const absl::StatusOr<StatementCache::Lease> prepared =
      connection.Prepare(statement.text);
  if (!prepared.ok()) {
    call.status = prepared.status();
    return connection.in_transaction();
  }
  // No savepoint: a statement that fails is undone by SQLite itself.
  Connection::Result result =
      connection.Run(**prepared, statement, *call.execution);
  call.status = std::move(result.status);
  call.outcome = result.outcome;
  return connection.in_transaction() && !result.must_undo &&
         !connection.violates_foreign_keys();
}

void Batch::RunAgain(Connection& connection, size_t first) {
  const size_t last = calls_.size() - 1;
  Restart(connection, first, calls_.size());
  // The others went well so far: together again, for one commit. If that fails,
  // each by itself.
  if (!RunAgainTogether(connection, first, last)) {
    for (size_t i = first; i < last; ++i) RunAlone(connection, calls_[i]);
  }
  RunAlone(connection, calls_[last]);
}

bool Batch::RunAgainTogether(Connection& connection, size_t first, size_t end) {
  if (first == end) return true;
  bool all_well = true;
  const absl::Status status =
      RunBetween(connection, Control::kBeginImmediate, [&] {
        for (size_t i = first; i < end && all_well; ++i) {
          all_well = RunAmongOthers(connection, calls_[i]);
        }
        return all_well ? absl::OkStatus() : absl::AbortedError("again");
      });
  if (status.ok()) return true;
  Restart(connection, first, end);
  return false;
}

void Batch::Restart(Connection& connection, size_t first, size_t end) {
  if (connection.in_transaction()) {
    connection.Run(Control::kRollback).IgnoreError();
  }
  for (size_t i = first; i < end; ++i) {
    Call& call = calls_[i];
    call.status = absl::OkStatus();
    call.outcome = Outcome();
    NoThrow([&] {
      call.execution->OnRestart();
      return absl::OkStatus();
    }).IgnoreError();
  }
}

}  // namespace modelservice::sqlite
