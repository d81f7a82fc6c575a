// How large a reply of several rows may be.
#ifndef MODELSERVICE_SERVICE_REPLY_SIZE_H_
#define MODELSERVICE_SERVICE_REPLY_SIZE_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/status_details.h"
#include "modelservice/service/plan.h"

namespace modelservice {

// RESOURCE_EXHAUSTED where `size` bytes are more than a reply may have.
// `advice` is what to ask for instead.
inline absl::Status CheckReplySize(
    const ServicePlan& service, size_t size,
    absl::string_view advice = "ask for fewer rows") {
  const size_t most = service.bounds.reply_bytes;
  if (size <= most) return absl::OkStatus();
  return BoundReached(absl::StrCat("The reply would be larger than ", most,
                                   " bytes (max_reply_bytes); ", advice, "."),
                      "REPLY_TOO_LARGE");
}

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_REPLY_SIZE_H_
