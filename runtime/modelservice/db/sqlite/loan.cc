#include "modelservice/db/sqlite/loan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"

namespace modelservice::sqlite {
namespace {

constexpr char kLoanText[] = "a loan";

// How often it is looked whether a call was cancelled, for nobody tells.
constexpr absl::Duration kLookEvery = absl::Milliseconds(50);

}  // namespace

Loan::Loan(const CallLimits* limits, absl::Duration max_time)
    : call_limits_(limits), max_time_(max_time) {
  statement.text = kLoanText;
  // Its limits are the borrower's, who may leave the queue before the writer
  // comes to it.
}

Loan* Loan::From(Execution& call) {
  if (call.statement.text.data() != kLoanText) return nullptr;
  return static_cast<Loan*>(&call);
}

absl::StatusOr<Connection*> Loan::Wait() {
  const MutexLock lock(mutex_);
  while (true) {
    // Also of what is lent: a late call is not run.
    absl::Status status = CheckLimits(call_limits_);
    if (!status.ok()) return status;
    if (state_ != State::kQueued) break;
    changed_.WaitUntil(
        mutex_, call_limits_ == nullptr
                    ? kNever
                    : std::min(call_limits_->ends_at(), After(kLookEvery)));
  }
  if (state_ == State::kRefused) return refusal_;
  return connection_;
}

void Loan::End() {
  {
    const MutexLock lock(mutex_);
    state_ = State::kEnded;
    connection_ = nullptr;
    changed_.NotifyAll();
  }
  GiveBack(absl::OkStatus());
  Release();
}

bool Loan::Wanted() {
  const MutexLock lock(mutex_);
  return state_ == State::kQueued && CheckLimits(call_limits_).ok();
}

void Loan::Refuse(const absl::Status& status) {
  {
    const MutexLock lock(mutex_);
    if (state_ == State::kQueued) state_ = State::kRefused;
    refusal_ = status;
    changed_.NotifyAll();
  }
  Release();
}

void Loan::Lend(ConnectionPool::Lease connection) {
  until_ = After(max_time_);
  {
    const MutexLock use(use_);
    lent_.emplace(std::move(connection), static_cast<const CallLimits*>(this));
    const MutexLock lock(mutex_);
    connection_ = &*lent_->connection;
  }
  GiveBack(AwaitEnd());
  Release();
}

absl::Status Loan::AwaitEnd() {
  const MutexLock lock(mutex_);
  if (state_ != State::kQueued) return absl::OkStatus();
  state_ = State::kLent;
  changed_.NotifyAll();
  while (state_ == State::kLent) {
    absl::Status overdue = Overdue();
    if (!overdue.ok()) {
      // What runs looks at the limits itself, but for the few things that take
      // SQLite long in one step, like counting a table.
      sqlite3_interrupt(connection_->handle());
      return overdue;
    }
    changed_.WaitUntil(mutex_, call_limits_ == nullptr
                                   ? until_
                                   : std::min(until_, After(kLookEvery)));
  }
  return absl::OkStatus();
}

void Loan::GiveBack(const absl::Status& taken_back) {
  const MutexLock use(use_);
  if (!lent_.has_value()) return;
  taken_back_ = taken_back;
  if (lent_->connection->in_transaction()) {
    lent_->connection->Run(Connection::Control::kRollback).IgnoreError();
  }
  lent_.reset();
}

absl::Status Loan::Overdue() const {
  absl::Status status = CheckLimits(call_limits_);
  if (!status.ok() || until_ > SteadyNow()) return status;
  return MakeDatabaseError(
      DatabaseError::Kind::kTooLong,
      absl::StrCat("the transaction took longer than ",
                   absl::FormatDuration(max_time_),
                   ", as long as one may that writes (max_write_time)"));
}

SteadyTime Loan::ends_at() const {
  return call_limits_ == nullptr ? until_
                                 : std::min(until_, call_limits_->ends_at());
}

bool Loan::cancelled() const {
  return call_limits_ != nullptr && call_limits_->cancelled();
}

void Loan::Release() {
  if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

Loan::Use::Use(Loan& loan) : loan_(loan) {
  if (loan_.uses_++ == 0) loan_.use_.Lock();
}

Loan::Use::~Use() {
  if (--loan_.uses_ == 0) loan_.use_.Unlock();
}

}  // namespace modelservice::sqlite
