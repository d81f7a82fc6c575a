// What a caller is told when a limit refuses, as an absl::Status whose payloads
// are google.rpc's details.
#ifndef MODELSERVICE_GUARD_LIMITS_REFUSAL_H_
#define MODELSERVICE_GUARD_LIMITS_REFUSAL_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/guard/limits/limit_store.h"

namespace modelservice {

// django-grpc's words: "Reached limit of 10 calls per 60 seconds. Resource will
// be available in 6 seconds." For kFixedWindow the seconds are django-grpc's as
// well, which end with the window's last second and not after it.
std::string RefusalWords(const RateLimit& limit, const LimitResult& result,
                         int64_t cost);

// RESOURCE_EXHAUSTED with these words, QuotaFailure, ErrorInfo
// RATE_LIMIT_EXCEEDED (metadata: limit, group) and RetryInfo, which says when
// the call would really be admitted; none where it never would.
absl::Status RefusalStatus(const RateLimit& limit, const LimitResult& result,
                           int64_t cost);

// OK when the store's silence refuses nobody; else UNAVAILABLE with RetryInfo
// and ErrorInfo RATE_LIMIT_STORE_UNAVAILABLE: the limit is no shadow and says
// DENY.
absl::Status StoreFailureStatus(const RateLimit& limit);

// The seconds of the `ratelimit-reset` header: whole ones, rounded up.
int64_t WholeSeconds(absl::Duration duration);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_LIMITS_REFUSAL_H_
