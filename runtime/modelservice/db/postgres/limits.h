// A call's limits, as the server is told them, and limits of our own.
#ifndef MODELSERVICE_DB_POSTGRES_LIMITS_H_
#define MODELSERVICE_DB_POSTGRES_LIMITS_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/base/call_limits.h"
#include "modelservice/base/clock.h"
#include "modelservice/database.h"
#include "modelservice/db/error.h"

namespace modelservice::postgres {

// For what ends a call's work, when the call itself may have no time left.
class Within final : public CallLimits {
 public:
  explicit Within(absl::Duration time) : ends_at_(After(time)) {}
  SteadyTime ends_at() const override { return ends_at_; }
  bool cancelled() const override { return false; }

 private:
  const SteadyTime ends_at_;
};

// A call's limits, and how long one transaction of it may take.
class TransactionLimits final : public CallLimits {
 public:
  // `call` may be null. The time begins now.
  TransactionLimits(const CallLimits* call, absl::Duration max_time)
      : call_(call), max_time_(max_time), until_(After(max_time)) {}

  SteadyTime ends_at() const override {
    return call_ == nullptr ? until_ : std::min(until_, call_->ends_at());
  }
  bool cancelled() const override {
    return call_ != nullptr && call_->cancelled();
  }

  absl::Duration max_time() const { return max_time_; }

  // kTooLong when the transaction's time is over, and the call has not ended.
  absl::Status Overdue() const {
    if (until_ > SteadyNow() || !CheckCall(call_).ok()) {
      return absl::OkStatus();
    }
    return MakeDatabaseError(
        DatabaseError::Kind::kTooLong,
        absl::StrCat("the transaction took longer than ",
                     absl::FormatDuration(max_time_),
                     ", as long as one may that writes (max_write_time)"));
  }

 private:
  const CallLimits* const call_;
  const absl::Duration max_time_;
  const SteadyTime until_;
};

// As the server's settings take it, in milliseconds. 0 is no limit.
inline int64_t Milliseconds(absl::Duration time) {
  if (time == absl::InfiniteDuration()) return 0;
  return std::clamp<int64_t>(
      absl::ToInt64Milliseconds(absl::Ceil(time, absl::Milliseconds(1))), 1,
      INT32_MAX);
}

// Sets the time left as the limit of each statement of a transaction, in case
// the server does not get our cancellation. Empty when there is no deadline.
inline std::string StatementTimeoutSql(const CallLimits* limits) {
  if (limits == nullptr || limits->ends_at() == kNever) return "";
  return absl::StrCat("SET LOCAL statement_timeout=",
                      Milliseconds(Until(limits->ends_at())), ";");
}

// As long as the server lets a transaction wait for its client's next
// statement, whatever it does with others.
inline std::string IdleTimeoutSql(absl::Duration time) {
  return absl::StrCat("SET LOCAL idle_in_transaction_session_timeout=",
                      Milliseconds(time), ";");
}

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_LIMITS_H_
