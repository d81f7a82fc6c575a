#include "modelservice/guard/concurrency.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/service/errors.h"

namespace modelservice {

absl::Status Concurrency::Before(CallContext&) {
  if (running_.fetch_add(1, std::memory_order_relaxed) < most_) {
    return absl::OkStatus();
  }
  absl::Status status = absl::ResourceExhaustedError(
      absl::StrCat("The server is running ", most_,
                   " calls, as many as it may; try again later."));
  AddErrorInfo(&status, "CONCURRENCY_LIMIT_EXCEEDED");
  AddRetryInfo(&status, absl::Seconds(1));
  return status;
}

void Concurrency::After(CallContext&, absl::Status&) {
  running_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace modelservice
