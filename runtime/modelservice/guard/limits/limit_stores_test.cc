#include "modelservice/guard/limits/limit_stores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "modelservice/guard/limits/test_support.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string ErrorOf(const LimitStoreSettings& settings) {
  return std::string(OpenLimitStore(settings).status().message());
}
std::string ErrorOf(const std::string& url) {
  LimitStoreSettings settings;
  settings.set_store(url);
  return ErrorOf(settings);
}

TEST(OpenLimitStore, CountsInMemoryByDefault) {
  const auto store = OpenLimitStore(LimitStoreSettings());
  ASSERT_TRUE(store.ok()) << store.status();
  const RateLimit limit("g", 1, absl::Hours(24));
  EXPECT_TRUE(CallOnce(**store, limit).allowed);
  EXPECT_FALSE(CallOnce(**store, limit).allowed);
}

TEST(OpenLimitStore, SaysWhatIsWrong) {
  const std::string message = ErrorOf("memcached://:secret@host");
  EXPECT_EQ(message,
            "rate_limits.store \"memcached:...\": no such kind of store; use "
            "memory:, or a Redis at redis://[user:password@]host[:port]"
            "[/database], rediss:// for TLS, or unix:path");
  EXPECT_THAT(ErrorOf(""), HasSubstr("no such kind of store"));
  EXPECT_THAT(ErrorOf("memory:x"), HasSubstr("no such kind of store"));

  LimitStoreSettings settings;
  settings.set_maximum_keys(0);
  EXPECT_EQ(ErrorOf(settings),
            "rate_limits.maximum_keys is 0; it must be at least 1");
  settings.Clear();
  settings.set_timeout_ms(0);
  EXPECT_EQ(ErrorOf(settings),
            "rate_limits.timeout_ms is 0; it must be more than 0");
  settings.set_timeout_ms(std::nan(""));
  EXPECT_THAT(ErrorOf(settings), HasSubstr("timeout_ms is nan"));
  settings.Clear();
  settings.set_lease_ms(-1);
  EXPECT_EQ(ErrorOf(settings),
            "rate_limits.lease_ms is -1; it must be 0, for no lease, or more");
}

TEST(OpenLimitStore, ReadsUrlsOfRedis) {
  const std::string message = ErrorOf("redis://:secret@:70000");
  EXPECT_NE(message, "");
  EXPECT_THAT(message, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace modelservice
