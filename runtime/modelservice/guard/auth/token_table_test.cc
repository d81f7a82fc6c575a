#include "modelservice/guard/auth/token_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "modelservice/guard/auth/auth_test_support.h"
#include "modelservice/guard/auth/sql_row.h"
#include "modelservice/guard/auth/token_authenticator.h"
#include "modelservice/migrate/tables.h"
#include "modelservice/testing/database_test_support.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1700000000);

TEST(NewToken, IsLongAndNeverTheSame) {
  std::set<std::string> tokens;
  for (int i = 0; i < 1000; ++i) {
    const std::string token = NewToken();
    EXPECT_EQ(token.size(), 43u);
    EXPECT_EQ(token.find_first_of("=.+/ "), std::string::npos) << token;
    EXPECT_TRUE(tokens.insert(token).second);
  }
}

TEST(TokenKey, IsSha256InHex) {
  EXPECT_EQ(TokenKey("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

class TokenTableTest : public OnEitherDatabase {
 protected:
  void TearDown() override {
    server_.reset();
    if (has_database()) database().Close();
  }

  void MakeTable(const TokenTable& table) {
    const Model* const models[] = {&table.model()};
    const auto made = CreateMissingTables(database(), models);
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_TRUE(CheckTables(database(), models).ok());
    EXPECT_TRUE(CreateMissingTables(database(), models)->empty());
  }
  void Serve() {
    TokenOptions options;
    options.clock = [this] { return now_; };
    server_ = AuthServer::With(
        MakeTokenAuthenticator(settings_, database(), options));
  }

  absl::Time now_ = kNow;
  TokenSettings settings_;
  std::unique_ptr<AuthServer> server_;
};

TEST_P(TokenTableTest, ATokenNamesItsOwner) {
  const TokenTable table("modelservice_token");
  MakeTable(table);
  const std::string token = NewToken();
  ASSERT_TRUE(table.Add(database(), token, {"alice", "for cron"}, kNow).ok());
  // The token itself is nowhere.
  const auto rows =
      ReadRows(database(), "SELECT key, user_id, name FROM modelservice_token",
               {}, nullptr);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_THAT(*rows,
              ElementsAre(ElementsAre(TokenKey(token), "alice", "for cron")));
  Serve();
  for (const char* scheme : {"Bearer ", "Token ", "token "}) {
    const AuthAnswer answer = server_->Call(scheme + token);
    EXPECT_EQ(answer.principal.subject, "alice") << answer.message;
    EXPECT_EQ(answer.principal.scheme, "token");
  }
  // What is in the table is no token.
  for (const std::string& wrong :
       {TokenKey(token), token + "x", token.substr(1), std::string("'"),
        std::string("%")}) {
    const AuthAnswer answer = server_->Call("Token " + wrong);
    EXPECT_EQ(answer.code, grpc::StatusCode::UNAUTHENTICATED) << wrong;
    EXPECT_EQ(answer.message, "Invalid token.");
    EXPECT_EQ(answer.reason, "TOKEN_UNKNOWN");
    EXPECT_EQ(answer.challenge, "Bearer error=\"invalid_token\"");
  }
}

TEST_P(TokenTableTest, ATokenMayExpireAndBeTakenBack) {
  const TokenTable table("modelservice_token");
  MakeTable(table);
  TokenOwner owner{"7", ""};
  owner.expires = kNow + absl::Seconds(10);
  ASSERT_TRUE(table.Add(database(), "short", owner, kNow).ok());
  ASSERT_TRUE(table.Add(database(), "long", {"7", ""}, kNow).ok());
  Serve();
  now_ = kNow + absl::Seconds(9);
  EXPECT_EQ(server_->Call("Token short").principal.subject, "7");
  now_ = kNow + absl::Seconds(10);
  EXPECT_EQ(server_->Call("Token short").reason, "TOKEN_EXPIRED");
  now_ = kNow + absl::Hours(1000000);
  EXPECT_EQ(server_->Call("Token long").principal.subject, "7");
  ASSERT_TRUE(database().RunScript("DELETE FROM modelservice_token").ok());
  EXPECT_EQ(server_->Call("Token long").reason, "TOKEN_UNKNOWN");
}

TEST_P(TokenTableTest, ATokenMayHaveRoles) {
  const TokenTable table("modelservice_token");
  MakeTable(table);
  TokenOwner owner{"7", ""};
  owner.roles = {"editor", "shift lead"};
  ASSERT_TRUE(table.Add(database(), "two", owner, kNow).ok());
  ASSERT_TRUE(table.Add(database(), "none", {"7", ""}, kNow).ok());
  Serve();
  EXPECT_THAT(server_->Call("Token two").principal.roles,
              ElementsAre("editor", "shift lead"));
  EXPECT_THAT(server_->Call("Token none").principal.roles, IsEmpty());
  // A table that was made before there were any.
  ASSERT_TRUE(database()
                  .RunScript("ALTER TABLE modelservice_token DROP COLUMN roles")
                  .ok());
  Serve();
  EXPECT_EQ(server_->Call("Token two").principal.subject, "7");
  EXPECT_THAT(server_->Call("Token two").principal.roles, IsEmpty());
}

TEST_P(TokenTableTest, TheHeaderIsReadAsRestFrameworkReadsIt) {
  MakeTable(TokenTable("modelservice_token"));
  Serve();
  EXPECT_EQ(server_->Call("Token").message,
            "Invalid token header. No credentials provided.");
  EXPECT_EQ(server_->Call("Token a b").message,
            "Invalid token header. Token string should not contain spaces.");
  EXPECT_TRUE(server_->Call("Digest x").principal.is_anonymous());
  EXPECT_EQ(server_->Call("Digest x").code, grpc::StatusCode::OK);
  EXPECT_EQ(server_->Call("Bearer a.b.c").reason, "TOKEN_UNKNOWN");
}

TEST_P(TokenTableTest, ABearerInTheFormOfAJwtMayBeLeftToAnother) {
  MakeTable(TokenTable("modelservice_token"));
  TokenOptions options;
  options.every_bearer = false;
  server_ =
      AuthServer::With(MakeTokenAuthenticator(settings_, database(), options));
  EXPECT_EQ(server_->Call("Bearer a.b.c").code, grpc::StatusCode::OK);
  EXPECT_EQ(server_->Call("Bearer abc").reason, "TOKEN_UNKNOWN");
  EXPECT_EQ(server_->Call("Token a.b.c").reason, "TOKEN_UNKNOWN");
}

TEST_P(TokenTableTest, AnotherNameAndAHostileOne) {
  for (const char* name : {"api tokens", "a\"b'c;--"}) {
    const TokenTable table(name);
    MakeTable(table);
    ASSERT_TRUE(table.Add(database(), "t", {"7", "O'Brien"}, kNow).ok());
    settings_.set_table(name);
    Serve();
    EXPECT_EQ(server_->Call("Token t").principal.subject, "7") << name;
  }
}

TEST_P(TokenTableTest, AMissingTableIsAnErrorAtStart) {
  const auto made =
      MakeTokenAuthenticator(settings_, database(), TokenOptions());
  EXPECT_EQ(made.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(made.status().message(),
            "table: there is no table \"modelservice_token\" of tokens; run "
            "the command migrate");
  ASSERT_TRUE(database()
                  .RunScript("CREATE TABLE modelservice_token (key "
                             "varchar(40), user_id integer)")
                  .ok());
  EXPECT_THAT(
      std::string(MakeTokenAuthenticator(settings_, database(), TokenOptions())
                      .status()
                      .message()),
      HasSubstr("has no column \"expires\"; is it one of plain tokens"));
}

TEST_P(TokenTableTest, ADatabaseThatIsGoneIsUnavailable) {
  MakeTable(TokenTable("modelservice_token"));
  Serve();
  database().Close();
  const AuthAnswer answer = server_->Call("Token x");
  EXPECT_EQ(answer.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(answer.reason, "DATABASE_UNAVAILABLE");
  EXPECT_EQ(answer.challenge, "");
}

INSTANTIATE_TEST_SUITE_P(Databases, TokenTableTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
