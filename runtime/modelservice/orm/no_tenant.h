// What a caller who belongs to no tenant is told.
#ifndef MODELSERVICE_ORM_NO_TENANT_H_
#define MODELSERVICE_ORM_NO_TENANT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/status_details.h"

namespace modelservice {

// ErrorInfo.reason.
inline constexpr absl::string_view kNoTenant = "NO_TENANT";

inline absl::Status NoTenant() {
  return ErrorWithReason(absl::StatusCode::kPermissionDenied,
                         "Who calls belongs to no tenant.", kNoTenant);
}

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_NO_TENANT_H_
