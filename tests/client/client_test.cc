// Generated clients against a server of ours, over real channels.
#include <dirent.h>
#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>
#include <vector>

#include "client_fixture.h"
#include "modelservice/error_details.h"
#include "modelservice/objects.h"

namespace notes {
namespace {

using ::modelservice::BadRequestOf;
using ::modelservice::CallOptions;
using ::modelservice::ClientOptions;
using ::modelservice::ErrorInfoOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

int OpenFiles() {
  DIR* const folder = opendir("/proc/self/fd");
  int count = 0;
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

// `count` notes in the database.
void WriteNotes(modelservice::Database& database, int count) {
  modelservice::Objects<Note> notes(database);
  for (int i = 0; i < count; ++i) {
    Note note;
    note.set_text(absl::StrCat("note ", i));
    ASSERT_TRUE(notes.Create(&note).ok());
  }
}

TEST_F(ClientTest, CallsWhatIsGenerated) {
  Note note;
  note.set_text("milk");
  const auto made = notes_.Create(note);
  ASSERT_TRUE(made.ok()) << made.status();
  RetrieveNoteRequest request;
  request.set_id(made->id());
  const auto found = notes_.Retrieve(request);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->text(), "milk");
  EXPECT_TRUE(notes_.Destroy(request).ok());

  const absl::Status gone = notes_.Retrieve(request).status();
  EXPECT_EQ(gone.code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(modelservice::ResourceInfoOf(gone).has_value());
}

TEST_F(ClientTest, AWriteWithAnIdIsDoneOnce) {
  CreateNoteRequest request;
  request.mutable_note()->set_text("milk");
  const auto first = notes_.CreateNote(request);
  const auto second = notes_.CreateNote(request);
  ASSERT_TRUE(first.ok() && second.ok()) << first.status() << second.status();
  EXPECT_NE(first->id(), second->id());
  request.set_request_id("mine");
  const auto third = notes_.CreateNote(request);
  const auto again = notes_.CreateNote(request);
  ASSERT_TRUE(third.ok() && again.ok()) << third.status() << again.status();
  EXPECT_EQ(third->id(), again->id());
}

TEST_F(ClientTest, DecodesWhatARefusalSays) {
  const absl::Status refused = notes_.Create(Note()).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  const auto request = BadRequestOf(refused);
  ASSERT_TRUE(request.has_value()) << refused;
  EXPECT_EQ(request->field_violations(0).field(), "text");
  EXPECT_EQ(ErrorInfoOf(refused)->reason(), "INVALID_ARGUMENT");
}

// Pages, rows and chunks read alike, and all of them are big.
TEST_F(ClientTest, GoesThroughAllRows) {
  constexpr int kRows = 2345;
  ASSERT_NO_FATAL_FAILURE(WriteNotes(front_.server->database(), kRows));
  const auto count = [&](auto rows) {
    int seen = 0;
    for (Note& note : rows) {
      EXPECT_EQ(note.text(), absl::StrCat("note ", seen));
      ++seen;
    }
    EXPECT_TRUE(rows.status().ok()) << rows.status();
    return seen;
  };
  for (const int size : {0, 7, 1000}) {
    ListNotesRequest request;
    request.set_page_size(size);
    EXPECT_EQ(count(notes_.List(request)), kRows) << size;
  }
  EXPECT_EQ(count(notes_.Stream({})), kRows);
  EXPECT_EQ(count(notes_.Chunks({})), kRows);

  ListNotesRequest request;
  request.set_page_size(10);
  const auto page = notes_.ListPage(request);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->notes_size(), 10);
  EXPECT_NE(page->next_page_token(), "");

  // Left early.
  auto some = notes_.Stream({});
  EXPECT_EQ(some.begin()->text(), "note 0");
  EXPECT_TRUE(some.status().ok());
}

TEST_F(ClientTest, TakesBigMessages) {
  // More than gRPC takes without being told.
  Note note;
  note.set_text(std::string(9'000'000, 'x'));
  modelservice::Objects<Note> notes(front_.server->database());
  ASSERT_EQ(notes.Create(&note), absl::OkStatus());
  RetrieveNoteRequest request;
  request.set_id(note.id());
  const auto found = notes_.Retrieve(request);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->text().size(), size_t{9'000'000});

  ClientOptions options = front_.options();
  options.max_message_bytes = 1000;
  const NoteServiceClient small(options);
  EXPECT_EQ(small.Retrieve(request).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST_F(ClientTest, ErrorsEndStreamsInTheMiddle) {
  front_.script.Fail(absl::OutOfRangeError("Torn."), 1);
  auto words = desk_.Count(Say("abc"));
  std::string all;
  for (const Word& word : words) all += word.text();
  EXPECT_EQ(all, "abc");
  EXPECT_EQ(words.status().code(), absl::StatusCode::kOutOfRange);
  // Once a message has come, nothing is tried again.
  front_.script.Fail(Unavailable(), 1);
  auto more = desk_.Count(Say("abc"));
  while (more.Next() != nullptr) {
  }
  EXPECT_EQ(more.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(front_.script.calls(), 2);
}

TEST_F(ClientTest, EveryCallHasADeadline) {
  const auto left = desk_.Read(Say("time"));
  ASSERT_TRUE(left.ok()) << left.status();
  EXPECT_LE(std::stol(left->text()), 30'000 + kRounding);
  EXPECT_GT(std::stol(left->text()), 20'000);

  const absl::Time start = absl::Now();
  EXPECT_EQ(
      desk_.Write(Say("wait"), Within(absl::Milliseconds(200))).status().code(),
      absl::StatusCode::kDeadlineExceeded);
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
  EXPECT_TRUE(front_.script.SeesCancelled(1));
  EXPECT_EQ(desk_.Read(Say("x"), Within(absl::ZeroDuration())).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  auto words = desk_.Count(Say("a."), Within(absl::Milliseconds(200)));
  while (words.Next() != nullptr) {
  }
  EXPECT_EQ(words.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(ClientTest, SendsStreams) {
  auto join = desk_.Join();
  for (const char* word : {"a", "b", "c"}) EXPECT_TRUE(join.Write(Say(word)));
  const auto joined = join.Finish();
  ASSERT_TRUE(joined.ok()) << joined.status();
  EXPECT_EQ(joined->text(), "a b c ");

  // Refused while it sends: Write says so, sooner or later.
  auto refused = desk_.Join();
  EXPECT_TRUE(refused.Write(Say("stop")));
  bool open = true;
  for (int i = 0; open && i < 100'000; ++i) open = refused.Write(Say("more"));
  EXPECT_FALSE(open);
  EXPECT_EQ(refused.Finish().status().message(), "Stop.");
}

TEST_F(ClientTest, TalksBothWays) {
  auto talk = desk_.Talk();
  Word word;
  for (const char* text : {"a", "b"}) {
    EXPECT_TRUE(talk.Write(Say(text)));
    ASSERT_TRUE(talk.Read(&word));
    EXPECT_EQ(word.text(), absl::StrCat("re: ", text));
  }
  talk.WritesDone();
  EXPECT_FALSE(talk.Read(&word));
  EXPECT_TRUE(talk.Finish().ok());

  // A thread for each direction, and more than either keeps.
  auto busy = desk_.Talk();
  std::thread writer([&] {
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(busy.Write(Say("x")));
    busy.WritesDone();
  });
  int read = 0;
  while (busy.Read(&word)) ++read;
  writer.join();
  EXPECT_EQ(read, 1000);
  EXPECT_TRUE(busy.Finish().ok());

  auto refused = desk_.Talk();
  EXPECT_TRUE(refused.Write(Say("stop")));
  EXPECT_FALSE(refused.Read(&word));
  EXPECT_EQ(refused.Finish().message(), "Stop.");
  // Given up.
  auto left = desk_.Talk();
  EXPECT_TRUE(left.Write(Say("x")));
}

TEST_F(ClientTest, StartsCalls) {
  std::promise<absl::StatusOr<Word>> answer;
  desk_.StartRead(Say("x"), [&](absl::StatusOr<Word> word) {
    // Nobody waits on a thread of gRPC's.
    EXPECT_EQ(desk_.Read(Say("y")).status().code(),
              absl::StatusCode::kFailedPrecondition);
    answer.set_value(std::move(word));
  });
  const auto word = answer.get_future().get();
  ASSERT_TRUE(word.ok()) << word.status();
  EXPECT_EQ(word->text(), "x");

  std::promise<absl::Status> end;
  std::string all;
  const auto count = [&](const char* text, size_t most) {
    end = {};
    all.clear();
    desk_.StartCount(
        Say(text),
        [&all, most](Word& part) {
          all += part.text();
          return all.size() < most;
        },
        [&](absl::Status status) { end.set_value(std::move(status)); });
    return end.get_future().get();
  };
  EXPECT_TRUE(count("abc", 9).ok());
  EXPECT_EQ(all, "abc");
  EXPECT_EQ(count("abc.", 2).code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(all, "ab");

  std::promise<absl::Status> cancelled;
  const auto handle =
      desk_.StartWrite(Say("wait"), [&](const absl::StatusOr<Word>& late) {
        cancelled.set_value(late.status());
      });
  absl::SleepFor(absl::Milliseconds(100));
  handle.Cancel();
  EXPECT_EQ(cancelled.get_future().get().code(), absl::StatusCode::kCancelled);
}

TEST_F(ClientTest, ShortLivedClientsShareAConnection) {
  const DeskClient kept(front_.options());
  ASSERT_TRUE(kept.Read(Say("x")).ok());
  const int before = OpenFiles();
  for (int i = 0; i < 10'000; ++i) {
    const DeskClient brief(front_.options());
    if (i % 100 == 0) {
      ASSERT_TRUE(brief.Read(Say("x")).ok());
    }
  }
  EXPECT_LE(OpenFiles(), before + 2);
  // And alone, each closes what it opened.
  ClientOptions options = front_.options();
  for (int i = 0; i < 200; ++i) {
    options.max_message_bytes = size_t{1000} + static_cast<size_t>(i);
    ASSERT_TRUE(DeskClient(options).Read(Say("x")).ok());
  }
  for (int i = 0; i < 500 && OpenFiles() > before + 2; ++i) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_LE(OpenFiles(), before + 2);
}

TEST_F(ClientTest, ManyThreadsMayCall) {
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 100; ++k) {
        const std::string text = absl::StrCat(i, " ", k);
        const auto word = desk_.Read(Say(text));
        if (word.ok() && word->text() == text) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 800);
}

TEST_F(ClientTest, SaysWhatIsWrongWithItsOptions) {
  ClientOptions options = front_.options();
  options.tls.emplace();
  options.tls->ca_file = "/nowhere.pem";
  const absl::Status status = DeskClient(options).Read(Say("x")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("ClientTls::ca_file: /nowhere.pem cannot be read"));
  options.tls->ca_file.clear();
  options.tls->key_file = "key.pem";
  EXPECT_THAT(
      std::string(DeskClient(options).Read(Say("x")).status().message()),
      HasSubstr("belong together"));
  auto words = DeskClient(options).Count(Say("x"));
  EXPECT_EQ(words.Next(), nullptr);
  EXPECT_FALSE(words.status().ok());
  EXPECT_FALSE(DeskClient(options).Join().Finish().ok());
  EXPECT_FALSE(DeskClient(options).Talk().Finish().ok());
}

}  // namespace
}  // namespace notes
