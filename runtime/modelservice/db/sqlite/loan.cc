#include "modelservice/db/sqlite/loan.h"

#include <algorithm>

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
  while (state_ == State::kQueued) {
    absl::Status status = CheckLimits(call_limits_);
    if (!status.ok()) return status;
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
    changed_.NotifyAll();
  }
  Release();
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

void Loan::Lend(Connection& connection) {
  until_ = After(max_time_);
  {
    const Connection::LimitsScope scope(connection, this);
    if (LendUntilOverdue(connection)) {
      // What runs is interrupted by the limits.
      const MutexLock use(use_);
      taken_back_ = true;
      if (connection.in_transaction()) {
        connection.Run(Connection::Control::kRollback).IgnoreError();
      }
    }
  }
  Release();
}

bool Loan::LendUntilOverdue(Connection& connection) {
  const MutexLock lock(mutex_);
  if (state_ != State::kQueued) return false;
  state_ = State::kLent;
  connection_ = &connection;
  changed_.NotifyAll();
  while (state_ == State::kLent) {
    if (!Overdue().ok()) return true;
    changed_.WaitUntil(mutex_, call_limits_ == nullptr
                                   ? until_
                                   : std::min(until_, After(kLookEvery)));
  }
  return false;
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
