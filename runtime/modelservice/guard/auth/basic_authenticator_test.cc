#include "modelservice/guard/auth/basic_authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "modelservice/guard/auth/auth_test_support.h"
#include "modelservice/guard/auth/django_test_support.h"
#include "modelservice/testing/captured_log.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class BasicAuthenticatorTest : public DjangoTest {
 protected:
  void SetUp() override {
    DjangoTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    server_ =
        AuthServer::With(MakeBasicAuthenticator(BasicSettings(), *database_));
  }

  AuthAnswer LogIn(absl::string_view name, absl::string_view password) {
    return server_->Call(BasicHeader(name, password));
  }
  void ExpectWrong(absl::string_view name, absl::string_view password) {
    const AuthAnswer answer = LogIn(name, password);
    EXPECT_EQ(answer.code, grpc::StatusCode::UNAUTHENTICATED)
        << name << ":" << password;
    EXPECT_EQ(answer.message, "Invalid username/password.");
    EXPECT_EQ(answer.reason, "PASSWORD_WRONG");
    EXPECT_EQ(answer.challenge, "Basic realm=\"api\"");
  }
};

TEST_P(BasicAuthenticatorTest, DjangosUsersLogIn) {
  const AuthAnswer alice = LogIn("alice", "wonderland");
  ASSERT_EQ(alice.code, grpc::StatusCode::OK) << alice.message;
  EXPECT_EQ(alice.principal.subject, IdOf("alice"));
  EXPECT_EQ(alice.principal.scheme, "basic");
  EXPECT_FALSE(alice.principal.superuser);
  EXPECT_THAT(alice.principal.roles, ElementsAre("editors", "readers"));
  EXPECT_THAT(alice.principal.permissions,
              UnorderedElementsAre("auth.add_user", "auth.change_user",
                                   "auth.view_user", "auth.view_group"));
  EXPECT_EQ(alice.principal.Claim("username"), "alice");
  EXPECT_EQ(alice.principal.Claim("email"), "alice@example.com");
  EXPECT_EQ(alice.principal.Claim("is_staff"), "true");

  const AuthAnswer root = LogIn("root", "toor");
  EXPECT_TRUE(root.principal.superuser);
  EXPECT_TRUE(root.principal.HasPermission("auth.delete_user"));
  EXPECT_THAT(root.principal.roles, IsEmpty());
  // Hashed by SHA-1, and not only ASCII.
  EXPECT_EQ(LogIn("carol", "singer").principal.subject, IdOf("carol"));
  EXPECT_EQ(LogIn("zoë", "pässwörd:with: all").principal.subject, IdOf("zoë"));
}

TEST_P(BasicAuthenticatorTest, WhoIsRefused) {
  ExpectWrong("alice", "Wonderland");
  ExpectWrong("alice", "");
  ExpectWrong("alice", "wonderland ");
  ExpectWrong("Alice", "wonderland");
  ExpectWrong("nobody", "wonderland");
  ExpectWrong("", "");
  ExpectWrong("' OR 1=1 --", "x");
  // Inactive; hashed by what we do not know; without a password.
  ExpectWrong("bob", "builder");
  ExpectWrong("dave", "jones");
  ExpectWrong("erin", "");
  ExpectWrong("erin", "!");
  ExpectWrong(absl::string_view("alice\0", 6), "wonderland");
  // As if the right one were remembered for everybody.
  EXPECT_EQ(LogIn("alice", "wonderland").code, grpc::StatusCode::OK);
  ExpectWrong("root", "wonderland");
  ExpectWrong("alice", "wonderlan");
}

TEST_P(BasicAuthenticatorTest, TheHeaderIsReadAsRestFrameworkReadsIt) {
  EXPECT_EQ(server_->Call("Basic").message,
            "Invalid basic header. No credentials provided.");
  EXPECT_EQ(server_->Call("Basic a b").message,
            "Invalid basic header. Credentials string should not contain "
            "spaces.");
  EXPECT_EQ(server_->Call("Basic ???").message,
            "Invalid basic header. Credentials not correctly base64 encoded.");
  EXPECT_EQ(server_->Call("Basic YWxpY2U=").message,
            "Invalid username/password.");
  EXPECT_TRUE(server_->Call("Bearer x").principal.is_anonymous());
  // Latin-1, as clients from before UTF-8 send it.
  EXPECT_EQ(server_
                ->Call("basic " +
                       absl::Base64Escape("zo\xeb:p\xe4ssw\xf6rd:with: all"))
                .principal.subject,
            IdOf("zoë"));
}

TEST_P(BasicAuthenticatorTest, ANewPasswordCountsAtOnce) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(LogIn("alice", "wonderland").code, grpc::StatusCode::OK);
  }
  EXPECT_EQ(server_->HitsAndMisses("passwords"), std::make_pair(2.0, 1.0));
  SetPassword("alice", "looking-glass");
  ExpectWrong("alice", "wonderland");
  EXPECT_EQ(LogIn("alice", "looking-glass").code, grpc::StatusCode::OK);
  Execute("UPDATE auth_user SET is_active = false WHERE username = 'alice'");
  ExpectWrong("alice", "looking-glass");
}

TEST_P(BasicAuthenticatorTest, ManyAtATime) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 5; ++i) {
        if (t == 0) {
          EXPECT_EQ(LogIn("alice", absl::StrCat("wrong", i)).code,
                    grpc::StatusCode::UNAUTHENTICATED);
        } else {
          EXPECT_EQ(LogIn("alice", "wonderland").code, grpc::StatusCode::OK);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// A stored text may name any number of iterations.
TEST_P(BasicAuthenticatorTest, AHugeCountIsNotComputed) {
  Execute(
      "UPDATE auth_user SET password = 'pbkdf2_sha256$2000000000$salt$VawEblbj"
      "CJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=' WHERE username = 'alice'");
  CapturedLog captured;
  const absl::Time start = absl::Now();
  ExpectWrong("alice", "wonderland");
  // Neither does it make the others' names expensive.
  for (int i = 0; i < 3; ++i) ExpectWrong("nobody", "wonderland");
  // Minutes, if it were.
  EXPECT_LT(absl::Now() - start, absl::Seconds(20));
  EXPECT_THAT(captured.Take(),
              testing::HasSubstr(absl::StrCat(
                  "basic: the password of user ", IdOf("alice"),
                  " is hashed with 2000000000 iterations, and so refused; set "
                  "a new one, or maximum_iterations, which is 5000000")));
  BasicSettings settings;
  settings.set_maximum_iterations(1000);
  server_ = AuthServer::With(MakeBasicAuthenticator(settings, *database_));
  ExpectWrong("root", "toor");
  settings.set_maximum_iterations(0);
  EXPECT_EQ(MakeBasicAuthenticator(settings, *database_).status().message(),
            "maximum_iterations: 0 must be at least 1");
}

// Which names there are, who is inactive, whose password is old: time tells
// none of these, whoever was looked up before.
TEST_P(BasicAuthenticatorTest, ARefusalTakesAsLongWhateverItIsFor) {
  // Of the processor, which other programs take nothing of.
  const auto ticks = [this](absl::string_view name,
                            absl::string_view password) {
    const std::clock_t start = std::clock();
    ExpectWrong(name, password);
    return static_cast<double>(std::clock() - start);
  };
  // Hashed long ago, with a thousandth of what is usual.
  Execute(
      "UPDATE auth_user SET password = 'pbkdf2_sha256$260$salt$VawEblbjCJ/sFpH"
      "CJUS2BflBhSFt3gRl5oudV8INrLw=' WHERE username = 'erin'");
  // Remembered, and then made inactive.
  EXPECT_EQ(LogIn("root", "toor").code, grpc::StatusCode::OK);
  Execute("UPDATE auth_user SET is_active = false WHERE username = 'root'");
  const auto expect_usual = [&](absl::string_view name,
                                absl::string_view password) {
    // In turns: the processor itself is now faster, now slower.
    double usual = 1e9;
    double this_one = 1e9;
    for (int i = 0; i < 4; ++i) {
      usual = std::min(usual, ticks("alice", "wrong"));
      this_one = std::min(this_one, ticks(name, password));
    }
    const double share = this_one / usual;
    EXPECT_GT(share, 0.5) << name;
    EXPECT_LT(share, 3.0) << name;
  };
  expect_usual("erin", "wrong");
  expect_usual("nobody", "wrong");
  expect_usual("bob", "builder");
  expect_usual("root", "toor");
  expect_usual("root", "wrong");
  expect_usual("carol", "wrong");
  expect_usual("dave", "jones");
  expect_usual(absl::string_view("alice\0", 6), "wonderland");
}

// Not of one user, but of nearly all.
TEST_P(BasicAuthenticatorTest, TheUsualCountIsThatOfMostUsers) {
  Execute(
      "UPDATE auth_user SET password = 'pbkdf2_sha256$5000000$salt$VawEblbjCJ/"
      "sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=' WHERE username = 'root'");
  server_ =
      AuthServer::With(MakeBasicAuthenticator(BasicSettings(), *database_));
  const auto seconds = [this](absl::string_view name) {
    const absl::Time start = absl::Now();
    ExpectWrong(name, "wrong");
    return absl::ToDoubleSeconds(absl::Now() - start);
  };
  // The user with so many takes long, and nobody else.
  EXPECT_GT(seconds("root"), 4 * std::min(seconds("nobody"), seconds("none")));
}

TEST_P(BasicAuthenticatorTest, ATableOfAnotherUserModel) {
  Execute(
      "CREATE TABLE staff (id integer PRIMARY KEY, email varchar(100), "
      "password varchar(200)); INSERT INTO staff (id, email, password) SELECT "
      "70, 'a@b.c', password FROM auth_user WHERE username = 'alice'; "
      "CREATE TABLE staff_groups (id integer, staff_id integer, group_id "
      "integer); INSERT INTO staff_groups (id, staff_id, group_id) SELECT 1, "
      "70, id FROM auth_group WHERE name = 'others'");
  BasicSettings settings;
  settings.set_user_table("staff");
  settings.set_username_column("email");
  server_ = AuthServer::With(MakeBasicAuthenticator(settings, *database_));
  const AuthAnswer answer = LogIn("a@b.c", "wonderland");
  ASSERT_EQ(answer.code, grpc::StatusCode::OK) << answer.message;
  EXPECT_EQ(answer.principal.subject, "70");
  EXPECT_THAT(answer.principal.roles, ElementsAre("others"));
  EXPECT_THAT(answer.principal.permissions, ElementsAre("auth.delete_user"));
  EXPECT_FALSE(answer.principal.superuser);
}

TEST_P(BasicAuthenticatorTest, ADatabaseThatIsGoneIsUnavailable) {
  EXPECT_EQ(LogIn("alice", "wonderland").code, grpc::StatusCode::OK);
  database_->Close();
  EXPECT_EQ(LogIn("alice", "wonderland").code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(LogIn("nobody", "x").code, grpc::StatusCode::UNAVAILABLE);
}

INSTANTIATE_TEST_SUITE_P(Databases, BasicAuthenticatorTest,
                         testing::Values("sqlite", "postgres"), DatabaseName);

}  // namespace
}  // namespace modelservice
