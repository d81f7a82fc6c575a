// FakeClient, and what a client makes of answers that no server of ours gives.
#include "modelservice/fake_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <vector>

#include "absl/time/clock.h"
#include "modelservice/error_details.h"
#include "notes_server.h"

namespace notes {
namespace {

using ::modelservice::FakeClient;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Pair;

TEST(FakeClient, AnswersEachShape) {
  FakeClient<DeskClient> fake;
  fake.On(DeskClient::kReadMethod,
          [](const Word& word) -> absl::StatusOr<Word> {
            return Say("read " + word.text());
          });
  fake.On(DeskClient::kCountMethod,
          [](const Word& word, std::vector<Word>* replies) {
            *replies = {word, Say("more")};
            return absl::AbortedError("In the middle.");
          });
  fake.On(DeskClient::kJoinMethod,
          [](const std::vector<Word>& words) -> absl::StatusOr<Word> {
            return Say(absl::StrCat(words.size()));
          });
  fake.On(DeskClient::kTalkMethod,
          [](const std::vector<Word>& words, std::vector<Word>* replies) {
            *replies = words;
            return absl::OkStatus();
          });
  const DeskClient desk = fake.client();
  EXPECT_EQ(desk.Read(Say("a"))->text(), "read a");
  auto count = desk.Count(Say("one"));
  std::vector<std::string> texts;
  for (const Word& word : count) texts.push_back(word.text());
  EXPECT_THAT(texts, ElementsAre("one", "more"));
  EXPECT_EQ(count.status(), absl::AbortedError("In the middle."));
  auto join = desk.Join();
  join.Write(Say("a"));
  join.Write(Say("b"));
  EXPECT_EQ(join.Finish()->text(), "2");
  auto talk = desk.Talk();
  talk.Write(Say("a"));
  talk.WritesDone();
  Word word;
  EXPECT_TRUE(talk.Read(&word));
  EXPECT_EQ(word.text(), "a");
  EXPECT_TRUE(talk.Finish().ok());

  EXPECT_EQ(desk.Relay(Say("a")).status().code(),
            absl::StatusCode::kUnimplemented);
  EXPECT_EQ(fake.calls(DeskClient::kReadMethod), 1);
  EXPECT_EQ(fake.calls(DeskClient::kWriteMethod), 0);
}

TEST(FakeClient, FailsAndHangs) {
  FakeClient<DeskClient> fake;
  absl::Status refusal = absl::PermissionDeniedError("No.");
  modelservice::AddErrorInfo(&refusal, "NO");
  fake.Fail(DeskClient::kWriteMethod, refusal);
  fake.Hang(DeskClient::kReadMethod);
  modelservice::CallOptions options;
  options.metadata = {{"x-request-id", "r1"}};
  const DeskClient desk = fake.client();
  EXPECT_EQ(desk.Write(Say("a"), options).status(), refusal);
  EXPECT_THAT(fake.metadata(DeskClient::kWriteMethod),
              Contains(Pair("x-request-id", "r1")));
  options.timeout = absl::Milliseconds(100);
  EXPECT_EQ(desk.Read(Say("a"), options).status().code(),
            absl::StatusCode::kDeadlineExceeded);

  // Cancelled while it waits for its next attempt.
  absl::Status later = absl::UnavailableError("Later.");
  modelservice::AddRetryInfo(&later, absl::Seconds(20));
  fake.Fail(DeskClient::kReadMethod, later);
  std::promise<absl::Status> ended;
  const auto handle =
      desk.StartRead(Say("a"), [&](const absl::StatusOr<Word>& word) {
        ended.set_value(word.status());
      });
  while (fake.calls(DeskClient::kReadMethod) < 2) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  absl::SleepFor(absl::Milliseconds(50));
  handle.Cancel();
  EXPECT_EQ(ended.get_future().get().code(), absl::StatusCode::kCancelled);
}

// What has an id is done once by the server: it may come twice.
// All that was sent is not what a caller leaves off with.
TEST(FakeClient, AnswersNoStreamThatIsGivenUp) {
  FakeClient<DeskClient> fake;
  std::atomic<int> answers{0};
  fake.On(DeskClient::kJoinMethod,
          [&](const std::vector<Word>&) -> absl::StatusOr<Word> {
            ++answers;
            return Say("x");
          });
  modelservice::CallOptions soon;
  soon.timeout = absl::Milliseconds(50);
  const DeskClient desk = fake.client();
  for (int i = 0; i < 20; ++i) {
    auto left = desk.Join();
    left.Write(Say("a"));
    auto late = desk.Join(soon);
    late.Write(Say("a"));
    absl::SleepFor(absl::Milliseconds(i));
  }
  auto join = desk.Join();
  EXPECT_TRUE(join.Finish().ok());
  EXPECT_EQ(answers, 1);
}

TEST(FakeClient, WritesHaveIds) {
  FakeClient<NoteServiceClient> fake;
  std::vector<std::string> ids;
  fake.On(NoteServiceClient::kCreateNoteMethod,
          [&](const CreateNoteRequest& request) -> absl::StatusOr<Note> {
            ids.push_back(request.request_id());
            if (ids.size() % 2 == 1) return absl::UnavailableError("Lost.");
            return request.note();
          });
  const NoteServiceClient notes = fake.client();
  CreateNoteRequest request;
  request.mutable_note()->set_text("milk");
  const auto made = notes.CreateNote(request);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->text(), "milk");
  std::promise<absl::StatusOr<Note>> answer;
  notes.StartCreateNote(request, [&](absl::StatusOr<Note> note) {
    answer.set_value(std::move(note));
  });
  EXPECT_TRUE(answer.get_future().get().ok());
  request.set_request_id("mine");
  EXPECT_TRUE(notes.CreateNote(request).ok());
  ASSERT_EQ(ids.size(), 6u);
  EXPECT_EQ(ids[0].size(), 32u);
  EXPECT_EQ(ids[1], ids[0]);
  EXPECT_EQ(ids[2].size(), 32u);
  EXPECT_EQ(ids[3], ids[2]);
  EXPECT_NE(ids[2], ids[0]);
  EXPECT_EQ(ids[4], "mine");
  EXPECT_EQ(ids[5], "mine");
}

TEST(FakeClient, PagesEndWithTheirErrors) {
  FakeClient<NoteServiceClient> fake;
  fake.On(
      NoteServiceClient::kListMethod,
      [](const ListNotesRequest& request) -> absl::StatusOr<ListNotesResponse> {
        ListNotesResponse page;
        if (request.page_token() == "3") return absl::InternalError("Lost.");
        // The second page is empty, which ends nothing.
        if (request.page_token() != "2") page.add_notes()->set_text("a");
        page.set_next_page_token(
            request.page_token().empty()
                ? "2"
                : absl::StrCat(std::stoi(request.page_token()) + 1));
        return page;
      });
  const NoteServiceClient notes = fake.client();
  auto rows = notes.List({});
  int seen = 0;
  for (const Note& note : rows) seen += note.text() == "a" ? 1 : 100;
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(rows.status(), absl::InternalError("Lost."));

  // A server that turns no page is not asked for ever.
  fake.On(NoteServiceClient::kListMethod,
          [](const ListNotesRequest&) -> absl::StatusOr<ListNotesResponse> {
            ListNotesResponse page;
            page.set_next_page_token("again");
            return page;
          });
  auto endless = notes.List({});
  EXPECT_EQ(endless.Next(), nullptr);
  EXPECT_EQ(endless.status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(fake.calls(NoteServiceClient::kListMethod), 5);
}

}  // namespace
}  // namespace notes
