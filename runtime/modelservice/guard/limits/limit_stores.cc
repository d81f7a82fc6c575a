#include "modelservice/guard/limits/limit_stores.h"

#include <cmath>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/guard/limits/memory_store.h"
#if MODELSERVICE_HAS_REDIS
#include "modelservice/guard/limits/redis/redis_store.h"
#endif

namespace modelservice {
namespace {

bool IsRedis(absl::string_view url) {
  return absl::StartsWith(url, "redis://") ||
         absl::StartsWith(url, "rediss://") || absl::StartsWith(url, "unix:");
}

absl::StatusOr<std::unique_ptr<LimitStore>> OpenRedis(
    const LimitStoreSettings& settings) {
#if MODELSERVICE_HAS_REDIS
  RedisLimitStoreOptions options;
  options.url = settings.store();
  options.key_prefix = settings.key_prefix();
  options.ca_file = settings.ca_file();
  options.timeout = absl::Milliseconds(settings.timeout_ms());
  options.lease = absl::Milliseconds(settings.lease_ms());
  options.maximum_keys = settings.maximum_keys();
  return OpenRedisLimitStore(options);
#else
  static_cast<void>(settings);
  return absl::UnimplementedError(
      "this program was built without Redis; install hiredis (libhiredis-dev) "
      "and build modelservice again");
#endif
}

}  // namespace

absl::StatusOr<std::unique_ptr<LimitStore>> OpenLimitStore(
    const LimitStoreSettings& settings) {
  if (settings.maximum_keys() < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("rate_limits.maximum_keys is ", settings.maximum_keys(),
                     "; it must be at least 1"));
  }
  if (!(settings.timeout_ms() > 0) || std::isinf(settings.timeout_ms())) {
    return absl::InvalidArgumentError(absl::StrCat("rate_limits.timeout_ms is ",
                                                   settings.timeout_ms(),
                                                   "; it must be more than 0"));
  }
  if (!(settings.lease_ms() >= 0) || std::isinf(settings.lease_ms())) {
    return absl::InvalidArgumentError(
        absl::StrCat("rate_limits.lease_ms is ", settings.lease_ms(),
                     "; it must be 0, for no lease, or more"));
  }
  const std::string& url = settings.store();
  if (url == "memory:") {
    MemoryLimitStoreOptions options;
    options.maximum_keys = settings.maximum_keys();
    return NewMemoryLimitStore(std::move(options));
  }
  if (IsRedis(url)) return OpenRedis(settings);
  // Without what follows the scheme: it may hold a password.
  return absl::InvalidArgumentError(absl::StrCat(
      "rate_limits.store \"", url.substr(0, url.find(':')),
      ":...\": no such kind of store; use memory:, or a Redis at "
      "redis://[user:password@]host[:port][/database], rediss:// for TLS, or "
      "unix:path"));
}

}  // namespace modelservice
