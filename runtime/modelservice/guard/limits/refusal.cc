#include "modelservice/guard/limits/refusal.h"

#include <google/protobuf/message_lite.h>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/guard/limits/algorithm.h"
#include "modelservice/status.pb.h"

namespace modelservice {
namespace {

constexpr absl::Duration kRetryStore = absl::Seconds(1);

void AddErrorInfo(absl::Status* status, absl::string_view reason,
                  const RateLimit& limit) {
  ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain("modelservice");
  (*info.mutable_metadata())["limit"] = std::string(limit.name);
  (*info.mutable_metadata())["group"] = std::string(limit.group);
  AddDetail(status, "ErrorInfo", info);
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
  QuotaFailure failure;
  QuotaFailure::Violation* violation = failure.add_violations();
  violation->set_subject(absl::StrCat("limit:", limit.name));
  violation->set_description(words);
  AddDetail(&status, "QuotaFailure", failure);
  AddErrorInfo(&status, "RATE_LIMIT_EXCEEDED", limit);
  if (result.retry_after != absl::InfiniteDuration()) {
    AddRetryInfo(&status, result.retry_after);
  }
  return status;
}

absl::Status StoreFailureStatus(absl::Span<const LimitCharge> charges) {
  for (const LimitCharge& charge : charges) {
    const RateLimit& limit = *charge.limit;
    if (limit.shadow || limit.on_store_failure == OnStoreFailure::kAllow) {
      continue;
    }
    absl::Status status = absl::UnavailableError(
        "The service cannot count calls at the moment. Try again later.");
    AddErrorInfo(&status, "RATE_LIMIT_STORE_UNAVAILABLE", limit);
    AddRetryInfo(&status, kRetryStore);
    return status;
  }
  return absl::OkStatus();
}

}  // namespace modelservice
