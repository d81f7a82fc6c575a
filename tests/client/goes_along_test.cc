// What goes along with a call: of the one that it is made for, and tokens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "client_fixture.h"
#include "modelservice/spans.h"

namespace notes {
namespace {

using ::modelservice::CallOptions;
using ::modelservice::ClientOptions;
using ::testing::HasSubstr;

constexpr char kTrace[] = "0af7651916cd43dd8448eb211c80319c";

// Takes none of the traces that begin here.
class NoSpans final : public modelservice::SpanSink {
 public:
  bool Begins(absl::string_view) override { return false; }
  void Add(const modelservice::Span&) override {}
};

// A call inside of a call: what is left of its time, its end, its headers.
TEST_F(ClientTest, CallsGoOnForOthers) {
  CallOptions options = Within(absl::Seconds(5));
  // Without a sink of spans this is nobody's to read.
  options.metadata = {{"traceparent", "00-a-b-01"},
                      {"x-request-id", "r7"},
                      {"authorization", "Bearer ann"}};
  auto word = desk_.Relay(Say("time"), options);
  ASSERT_TRUE(word.ok()) << word.status();
  EXPECT_LE(std::stol(word->text()), 5000 + 2 * kRounding);
  word = desk_.Relay(Say("headers"), options);
  ASSERT_TRUE(word.ok()) << word.status();
  EXPECT_EQ(word->text(), "- 00-a-b-01 - r7 ");
  word = desk_.Relay(Say("headers of the caller"), options);
  ASSERT_TRUE(word.ok()) << word.status();
  EXPECT_EQ(word->text(), "Bearer ann 00-a-b-01 - r7 ");

  std::promise<absl::Status> ended;
  const auto handle =
      desk_.StartRelay(Say("wait"), [&](const absl::StatusOr<Word>& late) {
        ended.set_value(late.status());
      });
  absl::SleepFor(absl::Milliseconds(200));
  handle.Cancel();
  EXPECT_EQ(ended.get_future().get().code(), absl::StatusCode::kCancelled);
  // It is over for the one behind, too.
  EXPECT_TRUE(behind_.script.SeesCancelled(1));
}

TEST_F(ClientTest, ATestsCallEndsThoseInsideOfIt) {
  const modelservice::TestCallContext call =
      modelservice::CallContextBuilder().Metadata("x-request-id", "r8").Build();
  const auto word = desk_.Write(Say("headers"), modelservice::OnBehalfOf(call));
  ASSERT_TRUE(word.ok()) << word.status();
  EXPECT_EQ(word->text(), "- - - r8 ");
}

// A server is given headers that no client may send; what it calls is called
// without them.
TEST_F(ClientTest, TracesThatAreNoTextEndNoCall) {
  for (const char* odd : {"Zo\xc3\xab=1", "a\nb", "\x01"}) {
    const modelservice::TestCallContext call =
        modelservice::CallContextBuilder()
            .Metadata("traceparent", odd)
            .Metadata("tracestate", odd)
            .Metadata("x-request-id", odd)
            .Metadata("authorization", odd)
            .Build();
    EXPECT_TRUE(desk_.Write(Say("x"), modelservice::OnBehalfOf(call)).ok());
    // Who calls is not left out.
    EXPECT_EQ(
        desk_
            .Write(Say("x"), modelservice::OnBehalfOf(
                                 call, modelservice::CallerToken::kGoesOn))
            .status()
            .code(),
        absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(ClientTest, TokensAreAskedForInTime) {
  ClientOptions options = front_.options();
  std::atomic<int> asked{0};
  options.token = [&]() -> absl::StatusOr<modelservice::ClientToken> {
    const int number = ++asked;
    // The first is as good as over.
    return modelservice::ClientToken{
        absl::StrCat("t", number),
        number == 1 ? absl::Now() + absl::Seconds(1) : absl::InfiniteFuture()};
  };
  const DeskClient desk(options);
  for (const char* token : {"t1", "t2", "t2"}) {
    const auto word = desk.Read(Say("headers"));
    ASSERT_TRUE(word.ok()) << word.status();
    EXPECT_THAT(word->text(), HasSubstr(absl::StrCat("Bearer ", token, " ")));
  }
  // Refused: once more with another one, a writing method, too.
  front_.script.Fail(absl::UnauthenticatedError("Over."), 1);
  const auto word = desk.Write(Say("headers"));
  ASSERT_TRUE(word.ok()) << word.status();
  EXPECT_THAT(word->text(), HasSubstr("Bearer t3 "));
  front_.script.Fail(absl::UnauthenticatedError("Over."), 2);
  EXPECT_EQ(desk.Write(Say("headers")).status().code(),
            absl::StatusCode::kUnauthenticated);

  options.token = [] { return absl::UnavailableError("No keys."); };
  EXPECT_EQ(DeskClient(options).Read(Say("x")).status(),
            absl::UnavailableError("No keys."));
}

// Headers of a call that Relay made: "-", or the trace's id, the caller's span
// and whether it is recorded; the state; the id.
struct Passed {
  std::vector<std::string> parent;
  std::string state;
  std::string request_id;
};

class TracedRelayTest : public ::testing::Test {
 protected:
  void Serve(bool has_sink) {
    auto started =
        modelservice::TestServer::Start([&](modelservice::Registry& registry) {
          RegisterNotes(registry);
          registry.Add<ScriptedDesk>(&front_script_,
                                     DeskClient(behind_.options()));
          if (has_sink) registry.SetSpanSink(std::make_unique<NoSpans>());
        });
    ASSERT_TRUE(started.ok()) << started.status();
    front_ = *std::move(started);
  }
  Passed Relay(
      const std::vector<std::pair<std::string, std::string>>& headers) {
    CallOptions options;
    options.metadata = headers;
    const auto word =
        DeskClient(front_->channel()).Relay(Say("headers"), options);
    EXPECT_TRUE(word.ok()) << word.status();
    if (!word.ok()) return {};
    const std::vector<std::string> words = absl::StrSplit(word->text(), ' ');
    return {absl::StrSplit(words[1], '-'), words[2], words[3]};
  }

  NotesServer behind_;
  Script front_script_;
  std::unique_ptr<modelservice::TestServer> front_;
};

// Who records spans is the parent of what it calls.
TEST_F(TracedRelayTest, IsInsideOfTheSpanThatIsRecorded) {
  ASSERT_NO_FATAL_FAILURE(Serve(/*has_sink=*/true));
  for (const std::string flags : {"01", "00"}) {
    const Passed passed =
        Relay({{"traceparent",
                absl::StrCat("00-", kTrace, "-b7ad6b7169203331-", flags)},
               {"tracestate", "vendor=1"}});
    ASSERT_EQ(passed.parent.size(), 4u);
    EXPECT_EQ(passed.parent[1], kTrace);
    EXPECT_NE(passed.parent[2], "b7ad6b7169203331");
    EXPECT_EQ(passed.parent[3], flags);
    EXPECT_EQ(passed.state, "vendor=1");
  }
  // What is not recorded here is not begun further on either.
  const Passed begun = Relay({});
  ASSERT_EQ(begun.parent.size(), 4u);
  EXPECT_EQ(begun.parent[1].size(), 32u);
  EXPECT_EQ(begun.parent[3], "00");
  // The id is what this server's log has, sent or made.
  EXPECT_EQ(begun.request_id.size(), 32u);
  EXPECT_EQ(Relay({{"x-request-id", "r9"}}).request_id, "r9");
}

// Who records none is not seen: no span lacks its parent.
TEST_F(TracedRelayTest, WithoutASinkItIsPassedOnAsItCame) {
  ASSERT_NO_FATAL_FAILURE(Serve(/*has_sink=*/false));
  const std::string parent =
      absl::StrCat("00-", kTrace, "-b7ad6b7169203331-01");
  EXPECT_EQ(Relay({{"traceparent", parent}}).parent,
            std::vector<std::string>(absl::StrSplit(parent, '-')));
  EXPECT_EQ(Relay({}).parent, std::vector<std::string>(2));
  EXPECT_EQ(Relay({}).request_id.size(), 32u);
}

}  // namespace
}  // namespace notes
