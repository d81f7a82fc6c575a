// Who gives tokens may be slow, may fail, and may give what is none.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include "client_fixture.h"
#include "modelservice/base/waiting.h"

namespace notes {
namespace {

using ::modelservice::ClientOptions;
using ::modelservice::ClientToken;

// Gives tokens when the test lets it.
class Giver {
 public:
  ClientOptions Of(ClientOptions options) {
    options.retries.max_attempts = 1;
    options.token = [this] { return Give(); };
    return options;
  }
  // The next answer is from a thread that waits until Release.
  void Hold() {
    released_ = std::promise<void>();
    holds_ = true;
  }
  void Release() {
    holds_ = false;
    released_.set_value();
  }
  void WaitUntilAsked(int times) {
    while (asked_ < times) absl::SleepFor(absl::Milliseconds(1));
  }

  absl::StatusOr<ClientToken> next = ClientToken{"t"};

 private:
  absl::StatusOr<ClientToken> Give() {
    ++asked_;
    if (holds_) released_.get_future().wait();
    return next;
  }

  std::atomic<int> asked_{0};
  std::atomic<bool> holds_{false};
  std::promise<void> released_;
};

class TokensTest : public ClientTest {
 protected:
  std::string TokenOf(const absl::StatusOr<Word>& word) {
    if (!word.ok()) return word.status().ToString();
    return word->text().substr(0, word->text().find(" -"));
  }

  Giver giver_;
};

TEST_F(TokensTest, ThoseWhoWaitKeepTheirOwnTime) {
  const DeskClient desk(giver_.Of(front_.options()));
  giver_.Hold();
  std::thread asks(
      [&] { EXPECT_EQ(TokenOf(desk.Read(Say("headers"))), "Bearer t"); });
  giver_.WaitUntilAsked(1);
  const absl::Time start = absl::Now();
  EXPECT_EQ(
      desk.Read(Say("x"), Within(absl::Milliseconds(200))).status().code(),
      absl::StatusCode::kDeadlineExceeded);
  auto words = desk.Count(Say("x"), Within(absl::Milliseconds(200)));
  EXPECT_EQ(words.Next(), nullptr);
  EXPECT_EQ(words.status().code(), absl::StatusCode::kDeadlineExceeded);

  // And end with the call that they are for.
  modelservice::TestCallContext call =
      modelservice::CallContextBuilder().Build();
  std::thread cancels([&] {
    absl::SleepFor(absl::Milliseconds(100));
    call.Cancel();
  });
  EXPECT_EQ(desk.Read(Say("x"), modelservice::OnBehalfOf(call)).status().code(),
            absl::StatusCode::kCancelled);
  cancels.join();
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));

  std::thread waits(
      [&] { EXPECT_EQ(TokenOf(desk.Read(Say("headers"))), "Bearer t"); });
  absl::SleepFor(absl::Milliseconds(50));
  giver_.Release();
  asks.join();
  waits.join();
}

TEST_F(TokensTest, WhatIsGoodYetIsSentMeanwhile) {
  const DeskClient desk(giver_.Of(front_.options()));
  giver_.next = ClientToken{"t1", absl::Now() + absl::Seconds(20)};
  EXPECT_EQ(TokenOf(desk.Read(Say("headers"))), "Bearer t1");
  giver_.next = ClientToken{"t2"};
  giver_.Hold();
  std::thread asks(
      [&] { EXPECT_EQ(TokenOf(desk.Read(Say("headers"))), "Bearer t2"); });
  giver_.WaitUntilAsked(2);
  EXPECT_EQ(TokenOf(desk.Read(Say("headers"))), "Bearer t1");
  giver_.Release();
  asks.join();
  EXPECT_EQ(TokenOf(desk.Read(Say("headers"))), "Bearer t2");
}

TEST_F(TokensTest, WhoFailsToGiveANewOneHasGivenOne) {
  const DeskClient desk(giver_.Of(front_.options()));
  giver_.next = ClientToken{"t1", absl::Now() + absl::Seconds(20)};
  EXPECT_EQ(TokenOf(desk.Read(Say("headers"))), "Bearer t1");
  giver_.next = absl::UnavailableError("No keys.");
  EXPECT_EQ(TokenOf(desk.Read(Say("headers"))), "Bearer t1");
  // But not when its server wants it no more.
  front_.script.Fail(absl::UnauthenticatedError("Over."), 1);
  EXPECT_EQ(desk.Read(Say("x")).status(), absl::UnavailableError("No keys."));
}

// Also where nobody may wait, as on gRPC's threads.
TEST_F(TokensTest, WhatIsStartedWaitsForNone) {
  const DeskClient desk(giver_.Of(front_.options()));
  giver_.Hold();
  std::promise<absl::StatusOr<Word>> read;
  std::promise<absl::StatusOr<Word>> joined;
  std::promise<absl::Status> counted;
  std::promise<absl::Status> cancelled;
  std::promise<absl::Status> dropped;
  std::promise<absl::Status> late;
  std::string letters;
  {
    const modelservice::NoWaiting no_waiting;
    desk.StartRead(Say("headers"), [&](absl::StatusOr<Word> word) {
      read.set_value(std::move(word));
    });
    const auto join = desk.StartJoin(
        [&](absl::StatusOr<Word> word) { joined.set_value(std::move(word)); });
    EXPECT_TRUE(join.Write(Say("a")).ok());
    EXPECT_TRUE(join.Write(Say("b")).ok());
    join.WritesDone();
    desk.StartCount(
        Say("xyz"),
        [&](Word& word) {
          letters += word.text();
          return true;
        },
        [&](const absl::Status& status) { counted.set_value(status); });
    desk.StartRead(Say("x"),
                   [&](const absl::StatusOr<Word>& word) {
                     cancelled.set_value(word.status());
                   })
        .Cancel();
    // The last handle goes, and with it the call.
    const auto left = desk.StartJoin([&](const absl::StatusOr<Word>& word) {
      dropped.set_value(word.status());
    });
    EXPECT_TRUE(left.Write(Say("a")).ok());
    // The time of the call is over before there is a token.
    desk.StartRead(
        Say("x"),
        [&](const absl::StatusOr<Word>& word) {
          late.set_value(word.status());
        },
        Within(absl::Milliseconds(100)));
  }
  EXPECT_EQ(late.get_future().get().code(),
            absl::StatusCode::kDeadlineExceeded);
  giver_.WaitUntilAsked(1);
  EXPECT_EQ(front_.script.calls(), 0);
  giver_.Release();
  EXPECT_EQ(TokenOf(read.get_future().get()), "Bearer t");
  EXPECT_EQ(joined.get_future().get()->text(), "a b ");
  EXPECT_EQ(counted.get_future().get(), absl::OkStatus());
  EXPECT_EQ(letters, "xyz");
  EXPECT_EQ(cancelled.get_future().get().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(dropped.get_future().get().code(), absl::StatusCode::kCancelled);
}

TEST_F(TokensTest, WhatIsStartedHearsOfNone) {
  const DeskClient desk(giver_.Of(front_.options()));
  giver_.next = absl::UnavailableError("No keys.");
  std::promise<absl::Status> read;
  desk.StartRead(Say("x"), [&](const absl::StatusOr<Word>& word) {
    read.set_value(word.status());
  });
  EXPECT_EQ(read.get_future().get(), giver_.next.status());
  std::promise<absl::Status> talked;
  const auto talk = desk.StartTalk(
      [](Word&) { return true; },
      [&](const absl::Status& status) { talked.set_value(status); });
  EXPECT_EQ(talked.get_future().get(), giver_.next.status());
  EXPECT_EQ(talk.Write(Say("x")).code(), absl::StatusCode::kCancelled);
  EXPECT_FALSE(talk.ready());
}

TEST_F(TokensTest, NothingThrowsAndNothingEndsTheProcess) {
  ClientOptions options = front_.options();
  options.token = []() -> absl::StatusOr<ClientToken> {
    throw std::runtime_error("no disk");
  };
  const absl::Status thrown = DeskClient(options).Read(Say("x")).status();
  EXPECT_EQ(thrown.code(), absl::StatusCode::kInternal);
  EXPECT_NE(thrown.message().find("no disk"), std::string::npos) << thrown;
  // As it is when a file is read.
  giver_.next = ClientToken{"secret\n"};
  const DeskClient desk(giver_.Of(front_.options()));
  const absl::Status line = desk.Read(Say("x")).status();
  EXPECT_EQ(line.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(line.message().find("secret"), std::string::npos) << line;
  EXPECT_EQ(desk.Join().Finish().status(), line);
}

// gRPC ends the process over such a header.
TEST_F(TokensTest, HeadersAreLookedAt) {
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, std::string>>{
           {"X-Tenant", "acme"},
           {"x tenant", "acme"},
           {"", "acme"},
           {":path", "/"},
           {"x-tenant", "a\nb"},
           {"x-tenant", "Zo\xc3\xab"},
           {"x-tenant", std::string("a\0b", 3)}}) {
    modelservice::CallOptions once;
    once.metadata = {{key, value}};
    EXPECT_EQ(desk_.Read(Say("x"), once).status().code(),
              absl::StatusCode::kInvalidArgument)
        << key;
    auto words = desk_.Count(Say("x"), once);
    EXPECT_EQ(words.Next(), nullptr);
    EXPECT_EQ(words.status().code(), absl::StatusCode::kInvalidArgument);
    std::promise<absl::Status> ended;
    const auto join = desk_.StartJoin(
        [&](const absl::StatusOr<Word>& word) {
          ended.set_value(word.status());
        },
        once);
    EXPECT_EQ(ended.get_future().get().code(),
              absl::StatusCode::kInvalidArgument);
    ClientOptions always = front_.options();
    always.metadata = once.metadata;
    EXPECT_EQ(DeskClient(always).Read(Say("x")).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  modelservice::CallOptions bytes;
  bytes.metadata = {{"x-tenant-bin", "Zo\xc3\xab\n"}, {"x-empty", ""}};
  EXPECT_TRUE(desk_.Read(Say("x"), bytes).ok());
}

// Nor is a server ended by a trailer.
TEST_F(TokensTest, TrailersAreLookedAt) {
  for (int i = 0; i < 3; ++i) {
    const auto word = desk_.Read(Say("trailers"));
    EXPECT_TRUE(word.ok()) << word.status();
  }
}

}  // namespace
}  // namespace notes
