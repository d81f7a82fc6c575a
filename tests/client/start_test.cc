// Calls whose caller streams and does not wait.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "modelservice/fake_client.h"
#include "modelservice/testing/free_port.h"
#include "notes_server.h"

namespace notes {
namespace {

using ::modelservice::CallOptions;
using ::modelservice::CallWriter;
using ::modelservice::ClientOptions;
using ::modelservice::FakeClient;
using ::testing::HasSubstr;

// How a call ended, for the test that waits.
template <class Answer>
class Ended {
 public:
  std::function<void(Answer)> Callback() {
    return [this](Answer answer) { promise_.set_value(std::move(answer)); };
  }
  Answer Wait() { return promise_.get_future().get(); }

 private:
  std::promise<Answer> promise_;
};
using EndedWord = Ended<absl::StatusOr<Word>>;
using EndedStatus = Ended<absl::Status>;

class StartTest : public ::testing::Test {
 protected:
  StartTest() : server_(), desk_(server_.options()) {}

  NotesServer server_;
  const DeskClient desk_;
};

TEST_F(StartTest, SendsAStream) {
  EndedWord ended;
  {
    const auto join = desk_.StartJoin(ended.Callback());
    for (const char* word : {"a", "b", "c"}) {
      EXPECT_EQ(join.Write(Say(word)), absl::OkStatus());
    }
    join.WritesDone();
    EXPECT_EQ(join.Write(Say("d")).code(),
              absl::StatusCode::kFailedPrecondition);
    EXPECT_FALSE(join.ready());
    join.WritesDone();
    // It goes on without its handle now.
  }
  const auto word = ended.Wait();
  ASSERT_TRUE(word.ok()) << word.status();
  EXPECT_EQ(word->text(), "a b c ");

  EndedWord nothing;
  desk_.StartJoin(nothing.Callback()).WritesDone();
  EXPECT_EQ(nothing.Wait()->text(), "");
}

TEST_F(StartTest, AnErrorComesInTheMiddle) {
  EndedWord ended;
  const auto join = desk_.StartJoin(ended.Callback());
  EXPECT_TRUE(join.Write(Say("stop")).ok());
  const auto word = ended.Wait();
  EXPECT_EQ(word.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(word.status().message(), "Stop.");
  EXPECT_EQ(join.Write(Say("more")).code(), absl::StatusCode::kCancelled);
  EXPECT_FALSE(join.ready());
  join.WritesDone();
  join.Cancel();
  join.OnReady([] { ADD_FAILURE() << "it is over"; });
}

TEST_F(StartTest, TalksBothWays) {
  EndedStatus ended;
  std::vector<std::string> heard;
  // Each answer brings the next word, on gRPC's thread.
  std::promise<CallWriter<Word>> writer;
  const auto talk = std::make_shared<std::shared_future<CallWriter<Word>>>(
      writer.get_future());
  const auto started = desk_.StartTalk(
      [&heard, talk](Word& word) {
        heard.push_back(word.text());
        if (heard.size() < 3) {
          EXPECT_TRUE(talk->get().Write(Say(word.text())).ok());
        } else {
          talk->get().WritesDone();
        }
        return true;
      },
      ended.Callback());
  writer.set_value(started);
  EXPECT_TRUE(started.Write(Say("a")).ok());
  EXPECT_EQ(ended.Wait(), absl::OkStatus());
  EXPECT_THAT(heard,
              ::testing::ElementsAre("re: a", "re: re: a", "re: re: re: a"));

  // Wants no more of it, though the server does.
  EndedStatus left;
  const auto short_talk =
      desk_.StartTalk([](Word&) { return false; }, left.Callback());
  EXPECT_TRUE(short_talk.Write(Say("a")).ok());
  EXPECT_EQ(left.Wait().code(), absl::StatusCode::kCancelled);

  EndedStatus refused;
  const auto bad =
      desk_.StartTalk([](Word&) { return true; }, refused.Callback());
  EXPECT_TRUE(bad.Write(Say("a")).ok());
  EXPECT_TRUE(bad.Write(Say("stop")).ok());
  EXPECT_EQ(refused.Wait().message(), "Stop.");
}

TEST_F(StartTest, IsCancelled) {
  EndedWord ended;
  const auto join = desk_.StartJoin(ended.Callback());
  EXPECT_TRUE(join.Write(Say("a")).ok());
  join.Cancel();
  EXPECT_EQ(ended.Wait().status().code(), absl::StatusCode::kCancelled);
  join.Cancel();
}

TEST_F(StartTest, IsGivenUpWithItsLastHandle) {
  EndedWord ended;
  {
    const auto join = desk_.StartJoin(ended.Callback());
    const CallWriter<Word> copy = join;
    EXPECT_TRUE(copy.Write(Say("a")).ok());
  }
  EXPECT_EQ(ended.Wait().status().code(), absl::StatusCode::kCancelled);
}

TEST_F(StartTest, OutlivesItsClient) {
  EndedWord ended;
  std::optional<DeskClient> brief(server_.options());
  const auto join = brief->StartJoin(ended.Callback());
  brief.reset();
  EXPECT_TRUE(join.Write(Say("a")).ok());
  join.WritesDone();
  EXPECT_EQ(ended.Wait()->text(), "a ");
}

TEST_F(StartTest, EndsWithItsServer) {
  EndedStatus ended;
  const auto talk =
      desk_.StartTalk([](Word&) { return true; }, ended.Callback());
  EXPECT_TRUE(talk.Write(Say("a")).ok());
  server_.server->Stop(absl::ZeroDuration());
  EXPECT_FALSE(ended.Wait().ok());
}

TEST_F(StartTest, HasADeadline) {
  EndedWord ended;
  CallOptions options;
  options.timeout = absl::Milliseconds(200);
  const auto join = desk_.StartJoin(ended.Callback(), options);
  EXPECT_TRUE(join.Write(Say("a")).ok());
  EXPECT_EQ(ended.Wait().status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(StartTest, WhatCannotBeSentIsOverAtOnce) {
  ClientOptions options = server_.options();
  options.tls.emplace();
  options.tls->ca_file = "/nowhere.pem";
  EndedWord ended;
  const auto join = DeskClient(options).StartJoin(ended.Callback());
  EXPECT_EQ(ended.Wait().status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(join.Write(Say("a")).code(), absl::StatusCode::kCancelled);
  EXPECT_FALSE(join.ready());
  join.WritesDone();
  join.Cancel();
}

// As fast as the server takes them, and no faster.
TEST_F(StartTest, GoesOnWhenItIsReady) {
  constexpr int kWords = 2000;
  EndedStatus ended;
  std::atomic<int> heard{0};
  const auto talk = desk_.StartTalk(
      [&heard](Word&) {
        ++heard;
        return true;
      },
      ended.Callback());
  int written = 0;
  std::promise<void> all;
  const auto write = [&] {
    while (written < kWords && talk.ready()) {
      EXPECT_TRUE(talk.Write(Say(std::string(1000, 'x'))).ok());
      if (++written == kWords) all.set_value();
    }
  };
  talk.OnReady(write);
  EXPECT_TRUE(talk.Write(Say("first")).ok());
  all.get_future().wait();
  talk.WritesDone();
  EXPECT_EQ(ended.Wait(), absl::OkStatus());
  EXPECT_EQ(heard, kWords + 1);
}

TEST(StartWithoutAServer, HasABoundOfWhatWaits) {
  FakeClient<DeskClient> fake;
  fake.Hang(DeskClient::kJoinMethod);
  ClientOptions options;
  options.max_queued_bytes = 1 << 20;
  EndedWord ended;
  const auto join = fake.client(options).StartJoin(ended.Callback());
  absl::Status status;
  int written = 0;
  for (; status.ok() && written < 1000; ++written) {
    status = join.Write(Say(std::string(100'000, 'x')));
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("max_queued_bytes"));
  EXPECT_GE(written, 10);
  join.Cancel();
  EXPECT_EQ(ended.Wait().status().code(), absl::StatusCode::kCancelled);
}

// The ready function holds the last handle, and goes while it runs.
TEST_F(StartTest, AReadyFunctionMayEndItself) {
  EndedStatus ended;
  {
    const CallWriter<Word> talk =
        desk_.StartTalk([](Word&) { return true; }, ended.Callback());
    talk.OnReady([talk] {
      talk.WritesDone();
      talk.OnReady(nullptr);
    });
    ASSERT_TRUE(talk.Write(Say("a")).ok());
  }
  EXPECT_EQ(ended.Wait(), absl::OkStatus());
}

// The last one who holds the channel is a callback of gRPC's.
TEST(StartWithoutAServer, MayTakeTheClientAlong) {
  struct Gone {
    ~Gone() { promise.set_value(); }
    std::promise<void> promise;
  };
  ClientOptions options;
  options.address = absl::StrCat("127.0.0.1:", modelservice::FreePort());
  options.retries.max_attempts = 1;
  for (int i = 0; i < 10; ++i) {
    auto gone = std::make_shared<Gone>();
    std::future<void> end = gone->promise.get_future();
    auto desk = std::make_shared<const DeskClient>(options);
    const DeskClient& called = *desk;
    called.StartRead(Say("x"), [gone = std::move(gone), desk = std::move(desk)](
                                   const absl::StatusOr<Word>& word) {
      EXPECT_EQ(word.status().code(), absl::StatusCode::kUnavailable);
    });
    ASSERT_EQ(end.wait_for(std::chrono::seconds(20)),
              std::future_status::ready);
  }
}

// Ends at any moment, by whoever comes first.
TEST_F(StartTest, ManyEndAnyhow) {
  std::atomic<int> ended{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 100; ++k) {
        const auto talk =
            desk_.StartTalk([k](Word&) { return k % 5 != 0; },
                            [&ended](const absl::Status&) { ++ended; });
        for (int word = 0; word < k % 7; ++word) {
          (void)talk.Write(Say(word == 4 ? "stop" : "go"));
        }
        if ((i + k) % 3 == 0) talk.Cancel();
        if ((i + k) % 3 == 1) talk.WritesDone();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 3000 && ended < 400; ++i) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_EQ(ended, 400);
}

}  // namespace
}  // namespace notes
