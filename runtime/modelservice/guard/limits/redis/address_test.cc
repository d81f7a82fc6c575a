#include "modelservice/guard/limits/redis/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace modelservice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

RedisAddress Parsed(absl::string_view url) {
  const auto address = ParseRedisUrl(url);
  EXPECT_TRUE(address.ok()) << address.status();
  return address.value_or(RedisAddress());
}
std::string ErrorOf(absl::string_view url) {
  return std::string(ParseRedisUrl(url).status().message());
}

TEST(RedisUrl, OfAHost) {
  const RedisAddress address = Parsed("redis://cache");
  EXPECT_EQ(address.host, "cache");
  EXPECT_EQ(address.port, 6379);
  EXPECT_EQ(address.database, 0);
  EXPECT_FALSE(address.tls);
  EXPECT_EQ(address.ToString(), "redis://cache:6379");
  EXPECT_EQ(Parsed("redis://cache/").database, 0);
}

TEST(RedisUrl, OfAllParts) {
  const RedisAddress address =
      Parsed("rediss://us%20er:p%40s%3As%25@10.0.0.1:7000/3");
  EXPECT_TRUE(address.tls);
  EXPECT_EQ(address.user, "us er");
  EXPECT_EQ(address.password, "p@s:s%");
  EXPECT_EQ(address.host, "10.0.0.1");
  EXPECT_EQ(address.port, 7000);
  EXPECT_EQ(address.database, 3);
  // Without the password.
  EXPECT_EQ(address.ToString(), "rediss://10.0.0.1:7000");
  EXPECT_EQ(Parsed("redis://:secret@h").password, "secret");
  EXPECT_EQ(Parsed("redis://:secret@h").user, "");
}

TEST(RedisUrl, OfIpv6) {
  EXPECT_EQ(Parsed("redis://[::1]").host, "::1");
  EXPECT_EQ(Parsed("redis://[::1]:7000/2").port, 7000);
  EXPECT_EQ(Parsed("redis://[::1]:7000").ToString(), "redis://[::1]:7000");
}

TEST(RedisUrl, OfASocket) {
  const RedisAddress address =
      Parsed("unix:/run/redis.sock?database=2&user=u&password=p%26q");
  EXPECT_EQ(address.socket, "/run/redis.sock");
  EXPECT_EQ(address.database, 2);
  EXPECT_EQ(address.user, "u");
  EXPECT_EQ(address.password, "p&q");
  EXPECT_EQ(address.ToString(), "unix:/run/redis.sock");
  EXPECT_EQ(Parsed("unix:///run/redis.sock").socket, "/run/redis.sock");
  EXPECT_EQ(Parsed("unix://u:p@/run/redis.sock").password, "p");
  EXPECT_EQ(Parsed("unix:/run/a%20b.sock").socket, "/run/a b.sock");
}

TEST(RedisUrl, SaysWhatIsWrongWithoutSecrets) {
  // The host was forgotten.
  EXPECT_EQ(ErrorOf("redis://shop:hunter2").find("hunter2"), std::string::npos);
  EXPECT_EQ(ErrorOf("redis://:secret@host:70000"),
            "store \"redis://...\": \"host:70000\" is no host, or no host and "
            "port; use redis://[user:password@]host[:port][/database], "
            "rediss:// for TLS, or unix:path");
  for (const char* url :
       {"redis://", "redis://:secret@", "redis://host:", "redis://host:x",
        "redis://host:0", "redis://[::1", "redis://[::1]7000"}) {
    EXPECT_THAT(ErrorOf(url), HasSubstr("is no host")) << url;
    EXPECT_THAT(ErrorOf(url), Not(HasSubstr("secret"))) << url;
  }
  for (const char* url : {"redis://", "redis://:secret@", "redis:///1"}) {
    EXPECT_THAT(ErrorOf(url), HasSubstr("there is no host")) << url;
  }
  EXPECT_THAT(ErrorOf("redis://:secret@a,b"), HasSubstr("no list of hosts"));
  EXPECT_THAT(ErrorOf("redis://secret@host"), HasSubstr("is no user:password"));
  for (const char* url : {"redis://:a%@h", "redis://:a%2@h", "redis://:%zz@h",
                          "redis://:%1 @h", "redis://:%0x@h"}) {
    EXPECT_THAT(ErrorOf(url), HasSubstr("begins no escape")) << url;
  }
  for (const char* url : {"redis://h/x", "redis://h/-1", "redis://h/1/2"}) {
    EXPECT_THAT(ErrorOf(url), HasSubstr("is no number of a database")) << url;
  }
  // Where people leave them by mistake.
  for (const char* url :
       {"redis://user:secret", "redis://user:secret/1",
        "redis://host?password=secret", "redis://host/0?password=secret",
        "redis://host:1/0?a=b:1&password=secret"}) {
    EXPECT_THAT(ErrorOf(url),
                AllOf(HasSubstr("is no "), Not(HasSubstr("secret"))))
        << url;
  }
  EXPECT_THAT(ErrorOf("unix:"), HasSubstr("the path is missing"));
  EXPECT_THAT(ErrorOf("unix://"), HasSubstr("the path is missing"));
  EXPECT_THAT(ErrorOf("unix://h/a"), HasSubstr("a socket has no host"));
  EXPECT_THAT(ErrorOf("unix:/a%zz"), HasSubstr("two hex digits"));
  EXPECT_THAT(ErrorOf("unix:/a?db=1"), HasSubstr("\"db\" is no setting"));
  EXPECT_THAT(ErrorOf("unix:/a?database=x"), HasSubstr("no such value"));
  EXPECT_THAT(ErrorOf("http://h"), HasSubstr("\"http:...\": no such kind"));
}

TEST(MovedTo, FollowsTheReply) {
  const RedisAddress from = Parsed("rediss://:p@a:7000");
  const RedisAddress to = *MovedTo(from, "MOVED 3999 10.0.0.2:7001");
  EXPECT_EQ(to.host, "10.0.0.2");
  EXPECT_EQ(to.port, 7001);
  EXPECT_TRUE(to.tls);
  EXPECT_EQ(to.password, "p");
  EXPECT_EQ(MovedTo(from, "MOVED 1 ::1:7001")->host, "::1");
  EXPECT_EQ(MovedTo(from, "MOVED 1 :7001")->host, "a");
  EXPECT_EQ(MovedTo(from, "MOVED 1 nowhere").status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_FALSE(MovedTo(from, "MOVED").ok());
  for (const char* port : {"0", "-1", "65536", "70000", "", "x"}) {
    EXPECT_FALSE(MovedTo(from, std::string("MOVED 1 b:") + port).ok()) << port;
  }
  EXPECT_FALSE(MovedTo(Parsed("unix:/a"), "MOVED 1 :7001").ok());
}

}  // namespace
}  // namespace modelservice
