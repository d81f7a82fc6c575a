// The command createtoken, run as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/guard/auth/auth_test_support.h"
#include "modelservice/guard/auth/django_test_support.h"
#include "modelservice/guard/auth/sql_row.h"
#include "modelservice/guard/auth/token_authenticator.h"
#include "modelservice/guard/auth/token_table.h"
#include "modelservice/manage/databases.h"
#include "modelservice/testing/child_process.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Runs `modelservice createtoken` with these settings, a textproto.
absl::StatusOr<std::string> CreateTokenBy(std::vector<std::string> arguments,
                                          const std::string& settings) {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/settings.textproto";
  std::ofstream(file) << settings;
  const char* const program = std::getenv("PROGRAM");
  if (program == nullptr) return absl::NotFoundError("run it with ctest");
  arguments.insert(arguments.begin(), {program, "createtoken"});
  arguments.push_back("--config=" + file);
  return RunCommand(arguments);
}

std::string WithTokens(const std::string& url, const std::string& tokens = "") {
  return absl::StrCat("database: '", url, "' authenticator { token { ", tokens,
                      " } }");
}

class CreateTokenTest : public testing::Test {
 protected:
  std::string Error(const std::vector<std::string>& arguments,
                    const std::string& settings) {
    const auto output = CreateTokenBy(arguments, settings);
    EXPECT_FALSE(output.ok()) << *output;
    EXPECT_THAT(std::string(output.status().message()),
                HasSubstr("ended with exit code 1: error: "));
    return std::string(output.status().message());
  }
  std::string Error(const std::vector<std::string>& arguments) {
    return Error(arguments, WithTokens(url_));
  }

  const TemporaryFolder folder_;
  const std::string url_ = "sqlite:" + folder_.path() + "/shop.db";
};

TEST_F(CreateTokenTest, PrintsATokenThatTheServerTakes) {
  const auto first =
      CreateTokenBy({"alice", "--name=for cron"}, WithTokens(url_));
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = CreateTokenBy({"bob", "--days", "30"}, WithTokens(url_));
  ASSERT_TRUE(second.ok()) << second.status();
  ASSERT_THAT(*first, EndsWith("\n"));
  const std::string token(absl::StripSuffix(*first, "\n"));
  EXPECT_THAT(token, SizeIs(43));
  EXPECT_NE(*first, *second);

  auto database = OpenDatabase(url_);
  ASSERT_TRUE(database.ok()) << database.status();
  {
    const auto server = AuthServer::With(
        MakeTokenAuthenticator(TokenSettings(), **database, TokenOptions()));
    EXPECT_EQ(server->Call("Bearer " + token).principal.subject, "alice");
  }
  const auto rows = ReadRows(
      **database,
      "SELECT key, user_id, name, expires IS NULL, julianday(expires) - "
      "julianday(created) FROM modelservice_token ORDER BY user_id",
      {}, nullptr);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_THAT(
      *rows,
      ElementsAre(ElementsAre(TokenKey(token), "alice", "for cron", "1", ""),
                  ElementsAre(SizeIs(64), "bob", "", "0", "30")));
  (*database)->Close();
}

TEST_F(CreateTokenTest, IsGoodUntilATime) {
  for (const char* time : {"2999-12-31", "2999-12-31T01:00:00+01:00"}) {
    const auto made =
        CreateTokenBy({"eve", "--expires", time}, WithTokens(url_));
    EXPECT_TRUE(made.ok()) << made.status();
  }
  auto database = OpenDatabase(url_);
  ASSERT_TRUE(database.ok()) << database.status();
  const auto rows = ReadRows(**database,
                             "SELECT substr(expires, 1, 19) FROM "
                             "modelservice_token",
                             {}, nullptr);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_THAT(*rows, testing::Each(ElementsAre("2999-12-31 00:00:00")));
  (*database)->Close();
}

TEST_F(CreateTokenTest, HasRoles) {
  const auto made =
      CreateTokenBy({"ann", "--role=editor, shift lead"}, WithTokens(url_));
  ASSERT_TRUE(made.ok()) << made.status();
  auto database = OpenDatabase(url_);
  ASSERT_TRUE(database.ok()) << database.status();
  {
    const auto server = AuthServer::With(
        MakeTokenAuthenticator(TokenSettings(), **database, TokenOptions()));
    const AuthAnswer answer =
        server->Call(absl::StrCat("Bearer ", absl::StripSuffix(*made, "\n")));
    EXPECT_THAT(answer.principal.roles, ElementsAre("editor", "shift lead"));
  }
  // A table that was made before tokens had roles.
  ASSERT_TRUE(
      (*database)
          ->RunScript("ALTER TABLE modelservice_token DROP COLUMN roles")
          .ok());
  (*database)->Close();
  EXPECT_THAT(Error({"ann"}), HasSubstr("has no column \"roles\""));
}

TEST_F(CreateTokenTest, AUserStandsRightBehind) {
  EXPECT_THAT(Error({}), HasSubstr("createtoken needs USER right behind it"));
  EXPECT_THAT(Error({"--name=x", "alice"}),
              HasSubstr("createtoken needs USER"));
  EXPECT_THAT(Error({""}), HasSubstr("createtoken needs USER"));
  EXPECT_THAT(Error({"alice", "bob"}),
              HasSubstr("unexpected argument \"bob\""));
}

TEST_F(CreateTokenTest, WrongFlags) {
  for (const char* days : {"0", "-1", "x", "1.5", "36501", ""}) {
    EXPECT_THAT(Error({"alice", absl::StrCat("--days=", days)}),
                HasSubstr("must be a number from 1 to 36500"))
        << days;
  }
  for (const char* expires :
       {"", "tomorrow", "2027-13-01", "2020-01-01", "2020-01-01T00:00:00Z"}) {
    EXPECT_THAT(Error({"alice", absl::StrCat("--expires=", expires)}),
                HasSubstr("--expires"))
        << expires;
  }
  EXPECT_THAT(Error({"alice", "--days=3", "--expires=2999-01-01"}),
              HasSubstr("drop one"));
  for (const char* roles : {"--role=", "--role=,"}) {
    EXPECT_THAT(Error({"alice", roles}), HasSubstr("--role names no role"));
  }
  EXPECT_THAT(Error({"alice", "--dayz=1"}), HasSubstr("unknown flag --dayz"));
}

TEST_F(CreateTokenTest, TheSettingsMustTakeTokens) {
  EXPECT_THAT(Error({"alice"}, "database: '" + url_ + "'"),
              HasSubstr("the settings take no tokens; add authenticator"));
  EXPECT_THAT(Error({"alice"}, WithTokens(url_, "plain: true")),
              HasSubstr("drf_create_token"));
}

TEST_F(CreateTokenTest, ATableThatIsSomethingElse) {
  auto database = OpenDatabase(url_);
  ASSERT_TRUE(database.ok()) << database.status();
  ASSERT_TRUE((*database)
                  ->RunScript("CREATE TABLE modelservice_token (key TEXT)")
                  .ok());
  (*database)->Close();
  EXPECT_THAT(Error({"alice"}), HasSubstr("has no column \"user_id\""));
}

TEST_F(CreateTokenTest, NoDatabase) {
  EXPECT_THAT(Error({"alice"}, WithTokens("sqlite:/no/such/folder/a.db")),
              HasSubstr("/no/such/folder"));
  EXPECT_THAT(Error({"alice"}, WithTokens(url_, "django_users: true")),
              HasSubstr("there is no table \"auth_user\" of Django's users"));
}

class CreateTokenForDjangoTest : public DjangoTest {};

TEST_P(CreateTokenForDjangoTest, TheUserIsOneOfDjangos) {
  const std::string settings = WithTokens(url(), "django_users: true");
  const auto made = CreateTokenBy({"alice"}, settings);
  ASSERT_TRUE(made.ok()) << made.status();
  TokenSettings tokens;
  tokens.set_django_users(true);
  server_ = AuthServer::With(
      MakeTokenAuthenticator(tokens, *database_, TokenOptions()));
  const AuthAnswer answer =
      server_->Call(absl::StrCat("Token ", absl::StripSuffix(*made, "\n")));
  EXPECT_EQ(answer.principal.subject, IdOf("alice")) << answer.message;
  EXPECT_THAT(answer.principal.roles, ElementsAre("editors", "readers"));

  const auto with_role = CreateTokenBy({"alice", "--role=admin"}, settings);
  EXPECT_THAT(std::string(with_role.status().message()),
              HasSubstr("add the user to a group in Django"));
  const auto unknown = CreateTokenBy({"mallory"}, settings);
  EXPECT_THAT(std::string(unknown.status().message()),
              HasSubstr("there is no user \"mallory\" in auth_user"));
  const auto inactive = CreateTokenBy({"bob"}, settings);
  EXPECT_THAT(std::string(inactive.status().message()),
              HasSubstr("user \"bob\" is inactive"));
}

INSTANTIATE_TEST_SUITE_P(Databases, CreateTokenForDjangoTest,
                         testing::Values("sqlite", "postgres"), DatabaseName);

}  // namespace
}  // namespace modelservice
