// Stores by URL: the one place that names them.
#ifndef MODELSERVICE_GUARD_LIMITS_LIMIT_STORES_H_
#define MODELSERVICE_GUARD_LIMITS_LIMIT_STORES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "modelservice/config.pb.h"
#include "modelservice/guard/limits/limit_store.h"

namespace modelservice {

// Opens "memory:", redis://..., rediss://... or unix:... The error's message is
// a line for the user that says what is wrong and how to mend it.
absl::StatusOr<std::unique_ptr<LimitStore>> OpenLimitStore(
    const LimitStoreSettings& settings);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_LIMIT_STORES_H_
