#include "modelservice/server/exposure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "modelservice/testing/captured_log.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Guard kAny = Guard().Require("any");
constexpr Guard kAuthenticated = Guard().Require("authenticated");
constexpr Guard kOrReadOnly = Guard().Require("authenticated_or_readonly");
constexpr Guard kNoAccess = Guard().Timeout(absl::Seconds(1));

constexpr Method Make(absl::string_view path, MethodKind kind,
                      const Guard* guard) {
  return Method(path, kind, Streaming::kUnary, nullptr, nullptr, nullptr)
      .GuardedBy(guard);
}

constexpr Method kMethods[] = {
    Make("/shop.Things/List", MethodKind::kList, &kOrReadOnly),
    Make("/shop.Things/Create", MethodKind::kCreate, &kOrReadOnly),
    Make("/shop.Things/Get", MethodKind::kRetrieve, &kAuthenticated),
    Make("/shop.Things/Ping", MethodKind::kCustom, &kAny),
    Make("/shop.Things/Delete", MethodKind::kDestroy, nullptr),
    Make("/shop.Things/Update", MethodKind::kUpdate, &kNoAccess),
};
constexpr Service kService = {"shop.Things", nullptr, kMethods};

Settings WithAuthenticator() {
  Settings settings;
  settings.add_authenticator()->mutable_token();
  return settings;
}

std::string LogOf(const Settings& settings) {
  CapturedLog log;
  LogExposure(settings, {&kService});
  return log.Take();
}

TEST(ExposureTest, Addresses) {
  for (const char* address :
       {"127.0.0.1:50051", "127.1.2.3:1", "localhost:1", "[::1]:1",
        "unix:/run/shop", "unix-abstract:shop", "[::ffff:127.0.0.1]:1",
        "ipv4:127.0.0.1:1", "ipv6:[::1]:1", "dns:///localhost:1",
        "127.0.0.1:1, unix:/run/shop"}) {
    EXPECT_FALSE(IsPublicAddress(address)) << address;
  }
  for (const char* address :
       {"0.0.0.0:50051", "[::]:50051", "10.0.0.1:1", "shop.example:1",
        "[2001:db8::1]:1", "ipv4:0.0.0.0:1", "128.0.0.1:1", "127.example:1",
        "unix:/run/shop,0.0.0.0:1"}) {
    EXPECT_TRUE(IsPublicAddress(address)) << address;
  }
}

TEST(ExposureTest, OpenMethods) {
  const auto open = [](const char* require, MethodKind kind) {
    const Guard guard = Guard().Require(require);
    return IsOpen(Make("/a/b", kind, &guard), "authenticated");
  };
  for (const char* require :
       {"any", "~authenticated", "any | authenticated", "any & ~role:admin",
        "night_shift | any", "~(authenticated & night_shift)"}) {
    EXPECT_TRUE(open(require, MethodKind::kCreate)) << require;
  }
  for (const char* require :
       {"authenticated", "role:admin", "claim:x=1", "owner", "model",
        "authenticated & any", "night_shift", "~night_shift",
        "night_shift & any", "authenticated_or_readonly"}) {
    EXPECT_FALSE(open(require, MethodKind::kCreate)) << require;
  }
  EXPECT_TRUE(open("authenticated_or_readonly", MethodKind::kList));
  EXPECT_FALSE(IsOpen(kMethods[4], "authenticated"));
  EXPECT_TRUE(IsOpen(kMethods[4], ""));
}

TEST(ExposureTest, AServerNamesItsOpenMethods) {
  Settings settings;
  // Nobody is asked for credentials: all is as it seems.
  EXPECT_THAT(LogOf(settings), IsEmpty());
  settings = WithAuthenticator();
  EXPECT_THAT(LogOf(settings),
              HasSubstr(" INFO open to everybody: List, Ping, Delete, Update "
                        "of shop.Things\n"));
  settings.set_default_access("authenticated");
  EXPECT_THAT(LogOf(settings),
              HasSubstr("open to everybody: List, Ping of shop.Things\n"));
}

TEST(ExposureTest, CredentialsInTheClear) {
  Settings settings = WithAuthenticator();
  constexpr char kWarning[] = " WARNING credentials cross the network";
  EXPECT_THAT(LogOf(settings), Not(HasSubstr(kWarning)));
  settings.set_address("0.0.0.0:50051");
  EXPECT_THAT(LogOf(settings), HasSubstr(kWarning));
  EXPECT_THAT(LogOf(settings), HasSubstr("0.0.0.0:50051"));
  settings.mutable_tls();
  EXPECT_THAT(LogOf(settings), Not(HasSubstr(kWarning)));
  settings.clear_tls();
  settings.clear_authenticator();
  EXPECT_THAT(LogOf(settings), IsEmpty());
}

TEST(ExposureTest, ExpressionsOfSettings) {
  Settings settings;
  EXPECT_TRUE(CheckAccess(settings).ok());
  EXPECT_EQ(ReflectionAccess(settings), "any");
  EXPECT_EQ(ReflectionAccess(WithAuthenticator()), "authenticated");
  settings.set_default_access("authenticated &");
  EXPECT_THAT(std::string(CheckAccess(settings).message()),
              HasSubstr("default_access: \"authenticated &\": "));
  settings.set_default_access("");
  EXPECT_THAT(std::string(CheckAccess(settings).message()),
              HasSubstr("default_access: \"\": "));
  settings.set_default_access("authenticated");
  settings.set_reflection_access("role:");
  EXPECT_THAT(std::string(CheckAccess(settings).message()),
              HasSubstr("reflection_access: \"role:\": "));
  settings.set_reflection_access("role:developer");
  EXPECT_TRUE(CheckAccess(settings).ok());
  EXPECT_EQ(ReflectionAccess(settings), "role:developer");
}

}  // namespace
}  // namespace modelservice
