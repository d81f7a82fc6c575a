// A call's limits, as the server is told them, and limits of our own.
#ifndef MODELSERVICE_DB_POSTGRES_LIMITS_H_
#define MODELSERVICE_DB_POSTGRES_LIMITS_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "modelservice/db/database.h"

namespace modelservice::postgres {

// For what ends a call's work, when the call itself may have no time left.
class Within final : public CallLimits {
 public:
  explicit Within(absl::Duration time) : deadline_(absl::Now() + time) {}
  absl::Time deadline() const override { return deadline_; }
  bool cancelled() const override { return false; }

 private:
  const absl::Time deadline_;
};

// Sets the time left as the limit of each statement of a transaction, in case
// the server does not get our cancellation. Empty when there is no deadline.
inline std::string StatementTimeoutSql(const CallLimits* limits) {
  if (limits == nullptr || limits->deadline() == absl::InfiniteFuture()) {
    return "";
  }
  const int64_t left = absl::ToInt64Milliseconds(
      absl::Ceil(limits->deadline() - absl::Now(), absl::Milliseconds(1)));
  // 0 would be no limit, and the setting is an int.
  return absl::StrCat("SET LOCAL statement_timeout=",
                      std::clamp<int64_t>(left, 1, INT32_MAX), ";");
}

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_LIMITS_H_
