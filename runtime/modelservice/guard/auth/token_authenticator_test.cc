#include "modelservice/guard/auth/token_authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "modelservice/guard/auth/auth_test_support.h"
#include "modelservice/guard/auth/django_test_support.h"
#include "modelservice/guard/auth/token_table.h"
#include "modelservice/migrate/tables.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class TokenAuthenticatorTest : public DjangoTest {
 protected:
  void Serve(const TokenSettings& settings) {
    server_ = AuthServer::With(
        MakeTokenAuthenticator(settings, *database_, TokenOptions()));
  }
  static TokenSettings RestFramework() {
    TokenSettings settings;
    settings.set_table("authtoken_token");
    settings.set_plain(true);
    settings.set_django_users(true);
    return settings;
  }
};

TEST_P(TokenAuthenticatorTest, RestFrameworksTokensAsTheyAre) {
  Serve(RestFramework());
  const AuthAnswer answer = server_->Call("Token " + std::string(40, 'a'));
  ASSERT_EQ(answer.code, grpc::StatusCode::OK) << answer.message;
  EXPECT_EQ(answer.principal.subject, IdOf("alice"));
  EXPECT_EQ(answer.principal.scheme, "token");
  EXPECT_THAT(answer.principal.roles, ElementsAre("editors", "readers"));
  EXPECT_THAT(answer.principal.permissions,
              UnorderedElementsAre("auth.add_user", "auth.change_user",
                                   "auth.view_user", "auth.view_group"));
  EXPECT_EQ(answer.principal.Claim("username"), "alice");

  const AuthAnswer unknown = server_->Call("Token " + std::string(40, 'c'));
  EXPECT_EQ(unknown.message, "Invalid token.");
  const AuthAnswer inactive = server_->Call("Token " + std::string(40, 'b'));
  EXPECT_EQ(inactive.code, grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(inactive.message, "User inactive or deleted.");
  EXPECT_EQ(inactive.reason, "USER_INACTIVE");
}

TEST_P(TokenAuthenticatorTest, WithoutDjangosUsersTheIdIsAll) {
  TokenSettings settings = RestFramework();
  settings.set_django_users(false);
  Serve(settings);
  const AuthAnswer answer = server_->Call("Token " + std::string(40, 'b'));
  EXPECT_EQ(answer.principal.subject, IdOf("bob"));
  EXPECT_TRUE(answer.principal.roles.empty());
}

TEST_P(TokenAuthenticatorTest, OurTokensOfDjangosUsers) {
  const TokenTable table("modelservice_token");
  ASSERT_TRUE(CreateMissingTables(*database_, {&table.model()}).ok());
  const absl::Time now = absl::Now();
  ASSERT_TRUE(table.Add(*database_, "one", {IdOf("alice"), ""}, now).ok());
  ASSERT_TRUE(table.Add(*database_, "two", {IdOf("bob"), ""}, now).ok());
  // Ids that nobody has, and that no integer is.
  ASSERT_TRUE(table.Add(*database_, "three", {"4711", ""}, now).ok());
  ASSERT_TRUE(table.Add(*database_, "four", {"alice", ""}, now).ok());
  TokenSettings settings;
  settings.set_django_users(true);
  Serve(settings);
  EXPECT_THAT(server_->Call("Bearer one").principal.roles,
              ElementsAre("editors", "readers"));
  for (const char* header : {"Bearer two", "Bearer three", "Bearer four"}) {
    EXPECT_EQ(server_->Call(header).message, "User inactive or deleted.")
        << header;
  }
  Execute("UPDATE auth_user SET is_active = false");
  EXPECT_EQ(server_->Call("Bearer one").reason, "USER_INACTIVE");
}

INSTANTIATE_TEST_SUITE_P(Databases, TokenAuthenticatorTest,
                         testing::Values("sqlite", "postgres"), DatabaseName);

}  // namespace
}  // namespace modelservice
