#include "modelservice/guard/limits/refusal.h"

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/guard/limits/algorithm.h"

namespace modelservice {
namespace {

constexpr absl::Duration kRetryStore = absl::Seconds(1);

void AddReason(absl::Status* status, absl::string_view reason,
               const RateLimit& limit) {
  AddErrorInfo(status, reason, {{"limit", limit.name}, {"group", limit.group}});
}

std::string Seconds(absl::Duration duration) {
  return absl::StrCat(absl::ToDoubleSeconds(duration), " seconds");
}

}  // namespace

int64_t WholeSeconds(absl::Duration duration) {
  return absl::ToInt64Seconds(absl::Ceil(duration, absl::Seconds(1)));
}

std::string RefusalWords(const RateLimit& limit, const LimitResult& result,
                         int64_t cost) {
  if (result.retry_after == absl::InfiniteDuration()) {
    return absl::StrCat("This call counts as ", cost, " calls, of which only ",
                        LimitCapacity(limit), " are admitted at once.");
  }
  int64_t seconds = WholeSeconds(result.retry_after);
  if (limit.algorithm == LimitAlgorithm::kFixedWindow) --seconds;
  const std::string period =
      limit.period == absl::Trunc(limit.period, absl::Seconds(1))
          ? absl::StrCat(absl::ToInt64Seconds(limit.period), " seconds")
          : Seconds(limit.period);
  return absl::StrCat("Reached limit of ", limit.max_calls, " calls per ",
                      period, ". Resource will be available in ", seconds,
                      " seconds.");
}

absl::Status RefusalStatus(const RateLimit& limit, const LimitResult& result,
                           int64_t cost) {
  const std::string words = RefusalWords(limit, result, cost);
  absl::Status status = absl::ResourceExhaustedError(words);
  AddQuotaFailure(&status, absl::StrCat("limit:", limit.name), words);
  AddReason(&status, "RATE_LIMIT_EXCEEDED", limit);
  if (result.retry_after != absl::InfiniteDuration()) {
    AddRetryInfo(&status, result.retry_after);
  }
  return status;
}

absl::Status StoreFailureStatus(const RateLimit& limit) {
  if (limit.shadow || limit.on_store_failure == OnStoreFailure::kAllow) {
    return absl::OkStatus();
  }
  absl::Status status = absl::UnavailableError(
      "The service cannot count calls at the moment. Try again later.");
  AddReason(&status, "RATE_LIMIT_STORE_UNAVAILABLE", limit);
  AddRetryInfo(&status, kRetryStore);
  return status;
}

}  // namespace modelservice
