#include "modelservice/guard/authentication.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "modelservice/db/error.h"
#include "modelservice/guard/auth/auth_test_support.h"
#include "modelservice/guard/auth/bad_credentials.h"

namespace modelservice {
namespace {

using ::testing::IsEmpty;

// Takes what the header `name` carries: the subject, or how to fail.
class HeaderAuthenticator : public Authenticator {
 public:
  explicit HeaderAuthenticator(std::string name, std::string challenge = "")
      : name_(std::move(name)), challenge_(std::move(challenge)) {}

  bool Recognizes(const CallContext& call) const override {
    return call.metadata(name_).has_value();
  }
  std::string Challenge() const override { return challenge_; }

  absl::StatusOr<Principal> Authenticate(const CallContext& call) override {
    const std::string value(*call.metadata(name_));
    if (value == "bad") return BadCredentials("BAD", "Bad header.");
    if (value == "busy") return absl::UnavailableError("Try later.");
    if (value == "throw") throw std::runtime_error("a secret detail");
    if (value == "lost") {
      return MakeDatabaseError(DatabaseError::Kind::kConnection,
                               "server closed the connection");
    }
    Principal principal;
    if (value != "nobody") principal.subject = value;
    principal.scheme = name_;
    return principal;
  }

 private:
  const std::string name_;
  const std::string challenge_;
};

using Authenticators = std::vector<std::unique_ptr<Authenticator>>;

Authenticators TwoHeaders() {
  Authenticators authenticators;
  authenticators.push_back(
      std::make_unique<HeaderAuthenticator>("x-first", "Bearer"));
  authenticators.push_back(
      std::make_unique<HeaderAuthenticator>("x-second", "Basic realm=\"api\""));
  return authenticators;
}

TEST(Authentication, TheFirstThatRecognizesDecides) {
  AuthServer server(TwoHeaders());
  AuthAnswer answer = server.Call({{"x-first", "a"}, {"x-second", "b"}});
  EXPECT_EQ(answer.principal.subject, "a");
  EXPECT_EQ(answer.principal.scheme, "x-first");
  answer = server.Call({{"x-second", "b"}});
  EXPECT_EQ(answer.principal.subject, "b");
  // Good credentials do not mend bad ones.
  answer = server.Call({{"x-first", "bad"}, {"x-second", "b"}});
  EXPECT_EQ(answer.code, grpc::StatusCode::UNAUTHENTICATED);
}

TEST(Authentication, WithoutKnownCredentialsTheCallerIsAnonymous) {
  AuthServer server(TwoHeaders());
  for (const AuthServer::Headers& headers :
       {AuthServer::Headers{}, AuthServer::Headers{{"authorization", "x"}},
        AuthServer::Headers{{"x-first", "nobody"}}}) {
    const AuthAnswer answer = server.Call(headers);
    EXPECT_EQ(answer.code, grpc::StatusCode::OK) << answer.message;
    EXPECT_TRUE(answer.principal.is_anonymous());
  }
  AuthServer empty({});
  EXPECT_TRUE(empty.Call("Bearer x").principal.is_anonymous());
}

TEST(Authentication, BadCredentialsSayWhatToSend) {
  AuthServer server(TwoHeaders());
  AuthAnswer answer = server.Call({{"x-first", "bad"}});
  EXPECT_EQ(answer.code, grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(answer.message, "Bad header.");
  EXPECT_EQ(answer.reason, "BAD");
  EXPECT_EQ(answer.challenge, "Bearer error=\"invalid_token\"");
  answer = server.Call({{"x-second", "bad"}});
  EXPECT_EQ(answer.challenge, "Basic realm=\"api\"");
}

TEST(Authentication, TheAnonymousWhomAMethodRefusesLearnWhatToSend) {
  AuthServer server(TwoHeaders(), [](CallContext& call) {
    return call.principal().is_anonymous()
               ? absl::UnauthenticatedError("Who are you?")
               : absl::PermissionDeniedError("Not you.");
  });
  AuthAnswer answer = server.Call(AuthServer::Headers{});
  EXPECT_EQ(answer.code, grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(answer.challenge, "Bearer, Basic realm=\"api\"");
  answer = server.Call({{"x-first", "a"}});
  EXPECT_EQ(answer.code, grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(answer.challenge, IsEmpty());
}

TEST(Authentication, WhatIsNotTheCallersFaultIsNotUnauthenticated) {
  AuthServer server(TwoHeaders());
  AuthAnswer answer = server.Call({{"x-first", "busy"}});
  EXPECT_EQ(answer.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(answer.message, "Try later.");
  EXPECT_THAT(answer.challenge, IsEmpty());
  answer = server.Call({{"x-first", "lost"}});
  EXPECT_EQ(answer.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(answer.reason, "DATABASE_UNAVAILABLE");
  EXPECT_EQ(answer.message, "The database cannot be reached; try again later.");
}

TEST(Authentication, AnExceptionEndsTheCallAlone) {
  AuthServer server(TwoHeaders());
  EXPECT_EQ(server.Call({{"x-first", "throw"}}).code,
            grpc::StatusCode::INTERNAL);
  EXPECT_EQ(server.Call({{"x-first", "a"}}).principal.subject, "a");
}

// Waits inside of Authenticate until it is opened.
class GateAuthenticator final : public HeaderAuthenticator {
 public:
  GateAuthenticator(absl::Notification* entered, absl::Notification* gate)
      : HeaderAuthenticator("x-wait"), entered_(entered), gate_(gate) {}

  bool blocking() const override { return true; }
  absl::StatusOr<Principal> Authenticate(const CallContext& call) override {
    if (!entered_->HasBeenNotified()) entered_->Notify();
    gate_->WaitForNotification();
    return HeaderAuthenticator::Authenticate(call);
  }

 private:
  absl::Notification* const entered_;
  absl::Notification* const gate_;
};

TEST(Authentication, OneThatWaitsHoldsUpNobodyElse) {
  absl::Notification entered;
  absl::Notification gate;
  Authenticators authenticators;
  authenticators.push_back(
      std::make_unique<GateAuthenticator>(&entered, &gate));
  authenticators.push_back(std::make_unique<HeaderAuthenticator>("x-quick"));
  AuthServer server(std::move(authenticators), nullptr, /*threads=*/1);
  std::thread waiting([&] {
    EXPECT_EQ(server.Call({{"x-wait", "slow"}}).principal.subject, "slow");
  });
  entered.WaitForNotification();
  EXPECT_EQ(server.Call({{"x-quick", "a"}}).principal.subject, "a");
  EXPECT_TRUE(server.Call(AuthServer::Headers{}).principal.is_anonymous());
  gate.Notify();
  waiting.join();
}

TEST(Authentication, ACallThatIsOverBeforeItsTurnIsNotAskedAbout) {
  absl::Notification entered;
  absl::Notification gate;
  std::atomic<int> reached{0};
  Authenticators authenticators;
  authenticators.push_back(
      std::make_unique<GateAuthenticator>(&entered, &gate));
  {
    AuthServer server(
        std::move(authenticators),
        [&](CallContext&) {
          ++reached;
          return absl::OkStatus();
        },
        /*threads=*/1);
    std::thread waiting([&] {
      EXPECT_EQ(server.Call({{"x-wait", "slow"}}).code, grpc::StatusCode::OK);
    });
    entered.WaitForNotification();
    // The only thread is taken.
    EXPECT_EQ(
        server.Call({{"x-wait", "b"}}, std::chrono::milliseconds(50)).code,
        grpc::StatusCode::DEADLINE_EXCEEDED);
    gate.Notify();
    waiting.join();
  }
  EXPECT_EQ(reached.load(), 1);
}

TEST(Authentication, ManyCallersAtATime) {
  Authenticators authenticators = TwoHeaders();
  absl::Notification entered;
  absl::Notification gate;
  gate.Notify();
  authenticators.push_back(
      std::make_unique<GateAuthenticator>(&entered, &gate));
  AuthServer server(std::move(authenticators));
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&server, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string name = absl::StrCat("user", t, "-", i);
        const std::string header = i % 2 == 0 ? "x-wait" : "x-second";
        EXPECT_EQ(server.Call({{header, name}}).principal.subject, name);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace modelservice
