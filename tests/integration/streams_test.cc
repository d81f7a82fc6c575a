// Streams of many rows: whole, in chunks, given up midway, never read.
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "legacy.grpc.pb.h"
#include "legacy.modelservice.pb.h"
#include "notes_fixture.h"

namespace integration {
namespace {

using ::grpc::StatusCode;

constexpr int kRows = 10000;

class StreamsTest : public NotesTest {
 protected:
  void SetUp() override {
    Start([this](modelservice::Registry& registry) {
      RegisterLegacy(registry);
      RegisterNotes(registry);
      registry.Add<WordsService>(&events_);
      registry.Add<LoudNotesService>();
    });
    notes_ = Notes::NewStub(server().channel());
    loud_ = LoudNotes::NewStub(server().channel());
    words_ = Words::NewStub(server().channel());
    records_ = Records::NewStub(server().channel());
    RunSql(server().database_url(),
           absl::StrCat(
               // SQLite minds no lengths.
               Sql("", "ALTER TABLE note ALTER COLUMN text TYPE text;"),
               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
               "WHERE i < ",
               kRows,
               ") "
               "INSERT INTO note (owner, text, password) SELECT '', '",
               std::string(500, 'x'),
               "' || i, '' FROM n;"
               "INSERT INTO legacy_record (id, name, loose, packed, part) "
               "SELECT id, 'record ' || id, ",
               Sql("'[]', '[]', x''", "'{}', '{}', ''"), " FROM note"));
  }

  std::unique_ptr<Records::Stub> records_;
};

TEST_F(StreamsTest, EveryRowOnceAndInOrder) {
  std::vector<Note> rows;
  ASSERT_THAT(
      ReadAll(*notes_, &Notes::Stub::Stream, StreamNotesRequest(), &rows),
      IsOk());
  ASSERT_EQ(rows.size(), static_cast<size_t>(kRows));
  for (int i = 0; i < kRows; ++i) {
    ASSERT_EQ(rows[static_cast<size_t>(i)].id(), i + 1);
  }
  // The same through a method of the user's own.
  rows.clear();
  ASSERT_THAT(
      ReadAll(*loud_, &LoudNotes::Stub::Stream, StreamNotesRequest(), &rows),
      IsOk());
  EXPECT_EQ(rows.size(), static_cast<size_t>(kRows) + 2);
}

TEST_F(StreamsTest, ChunksHoldWhatTheRequestSays) {
  for (const auto& [size, chunk] : std::vector<std::pair<int, int>>{
           {0, 512}, {1000, 1000}, {100, 100}, {3000, 1000}, {7, 7}}) {
    SCOPED_TRACE(size);
    RecordsRequest request;
    if (size != 0) request.set_page_size(size);
    std::vector<RecordsChunk> chunks;
    ASSERT_THAT(ReadAll(*records_, &Records::Stub::List, request, &chunks),
                IsOk());
    uint64_t next = 1;
    for (size_t i = 0; i < chunks.size(); ++i) {
      EXPECT_EQ(chunks[i].record_size(),
                i + 1 < chunks.size() ? chunk : (kRows - 1) % chunk + 1);
      for (const Record& record : chunks[i].record()) {
        ASSERT_EQ(record.id(), next++);
      }
    }
    EXPECT_EQ(next, static_cast<uint64_t>(kRows) + 1);
  }
  RecordsRequest request;
  request.set_name("nobody");
  std::vector<RecordsChunk> chunks;
  ASSERT_THAT(ReadAll(*records_, &Records::Stub::List, request, &chunks),
              IsOk());
  EXPECT_TRUE(chunks.empty());
  request.set_page_size(-1);
  EXPECT_THAT(
      ReadAll(*records_, &Records::Stub::List, request, &chunks),
      IsError(StatusCode::INVALID_ARGUMENT, testing::HasSubstr("page_size")));
}

TEST_F(StreamsTest, AStreamSeesOneMomentOfTheTable) {
  grpc::ClientContext context;
  auto reader = notes_->Stream(&context, StreamNotesRequest());
  Note note;
  ASSERT_TRUE(reader->Read(&note));
  RunSql(server().database_url(), "DELETE FROM note WHERE id > 100");
  int rows = 1;
  while (reader->Read(&note)) ++rows;
  EXPECT_THAT(reader->Finish(), IsOk());
  EXPECT_EQ(rows, kRows);
}

// More often than there are connections: each gives its own back, soon after
// its client has gone.
TEST_F(StreamsTest, ClientsThatGoAwayMidway) {
  const absl::Time until = absl::Now() + absl::Seconds(30);
  for (int i = 0; i < 100; ++i) {
    grpc::ClientContext context;
    auto reader = notes_->Stream(&context, StreamNotesRequest());
    Note note;
    if (!reader->Read(&note)) {
      ASSERT_THAT(reader->Finish(),
                  IsError(StatusCode::RESOURCE_EXHAUSTED, testing::_));
      ASSERT_LT(absl::Now(), until);
      absl::SleepFor(absl::Milliseconds(10));
      --i;
      continue;
    }
    for (int row = 1; row < 3; ++row) ASSERT_TRUE(reader->Read(&note));
    context.TryCancel();
    while (reader->Read(&note)) {
    }
    EXPECT_THAT(reader->Finish(), IsError(StatusCode::CANCELLED, testing::_));
  }
  Note note;
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Retrieve, KeyOf(1), &note), IsOk());
}

TEST_F(StreamsTest, AStreamThatNobodyReadsEndsAtItsDeadline) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::milliseconds(300));
  auto reader = notes_->Stream(&context, StreamNotesRequest());
  Note note;
  ASSERT_TRUE(reader->Read(&note));
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  while (reader->Read(&note)) {
  }
  EXPECT_THAT(reader->Finish(),
              IsError(StatusCode::DEADLINE_EXCEEDED, testing::_));
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Retrieve, KeyOf(1), &note), IsOk());
}

TEST_F(StreamsTest, ManyStreamsThatNobodyReadsLeaveTheOthersServed) {
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<Note>>> readers;
  for (int i = 0; i < 100; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    readers.push_back(
        notes_->Stream(contexts.back().get(), StreamNotesRequest()));
  }
  Note note;
  size_t open = 0;
  for (auto& reader : readers) {
    if (reader->Read(&note)) {
      ++open;
      continue;
    }
    // There are fewer cursors than connections, and one who comes late is told
    // which setting to raise.
    EXPECT_THAT(reader->Finish(), IsError(StatusCode::RESOURCE_EXHAUSTED,
                                          testing::HasSubstr("max_cursors")));
    reader = nullptr;
  }
  EXPECT_GE(open, 10u);
  EXPECT_THAT(Call(*notes_, &Notes::Stub::Retrieve, KeyOf(1), &note), IsOk());
  Note created;
  EXPECT_THAT(Call(*loud_, &LoudNotes::Stub::Create, Note(), &created), IsOk());
  for (auto& context : contexts) context->TryCancel();
  for (auto& reader : readers) {
    if (reader == nullptr) continue;
    while (reader->Read(&note)) {
    }
    EXPECT_FALSE(reader->Finish().ok());
  }
}

TEST_F(StreamsTest, AHandlersStreamEndsWhenTheClientGoes) {
  grpc::ClientContext context;
  Word request;
  request.set_text(std::string(1000, 'x'));
  request.set_times(1000000000);
  auto reader = words_->Repeat(&context, request);
  Word word;
  ASSERT_TRUE(reader->Read(&word));
  context.TryCancel();
  while (reader->Read(&word)) {
  }
  EXPECT_THAT(reader->Finish(), IsError(StatusCode::CANCELLED, testing::_));
  EXPECT_TRUE(events_.Await("Repeat stopped"));
}

TEST_F(StreamsTest, AHandlersStreamEndsAtItsDeadline) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::milliseconds(200));
  auto reader =
      words_->Repeat(&context, FromText<Word>("text: 'x' times: 1000000000"));
  Word word;
  while (reader->Read(&word)) {
  }
  EXPECT_THAT(reader->Finish(),
              IsError(StatusCode::DEADLINE_EXCEEDED, testing::_));
  EXPECT_TRUE(events_.Await("Repeat stopped"))
      << testing::PrintToString(events_.Take());
}

}  // namespace
}  // namespace integration
