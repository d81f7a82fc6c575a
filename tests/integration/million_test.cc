// A million rows to a client that is slow: whatever their number, the server
// holds a few of them.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "legacy.grpc.pb.h"
#include "legacy.modelservice.pb.h"
#include "notes_fixture.h"

namespace integration {
namespace {

constexpr int kMillion = 1000000;
// All of the rows have more than three times as much.
constexpr int64_t kMostGrowth = 64 << 20;

// What the process, server and client, has in memory of its own, in bytes:
// without what SQLite maps of its file.
int64_t OwnBytes() {
  std::ifstream file("/proc/self/status");
  std::string name;
  while (file >> name && name != "RssAnon:") {
  }
  int64_t kilobytes = 0;
  file >> kilobytes;
  return kilobytes * 1024;
}

class MillionTest : public NotesTest {
 protected:
  void SetUp() override {
    Start([this](modelservice::Registry& registry) {
      RegisterLegacy(registry);
      RegisterNotes(registry);
      registry.Add<WordsService>(&events_);
    });
    notes_ = Notes::NewStub(server().channel());
    const std::string numbers = absl::StrCat(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
        "FROM n WHERE i < ",
        kMillion, ") ");
    const std::string text = std::string(200, 'x');
    RunSql(
        server().database_url(),
        absl::StrCat(
            // SQLite minds no lengths.
            Sql("", "ALTER TABLE note ALTER COLUMN text TYPE text;"), numbers,
            "INSERT INTO note (owner, text, password) SELECT '', '", text,
            "', '' FROM n;", numbers,
            "INSERT INTO legacy_record (id, name, loose, packed, part) SELECT "
            "i, '",
            text, "', ", Sql("'[]', '[]', x''", "'{}', '{}', ''"), " FROM n"));
  }

  // Reads a stream to its end, and looks at the memory meanwhile. `count` says
  // how many rows a message has.
  template <class Message, class Reader, class Count>
  static void ReadSlowly(Reader& reader, const Count& count) {
    Message message;
    int64_t rows = 0;
    int64_t next_look = 0;
    int64_t before = 0;
    int64_t most = 0;
    while (reader.Read(&message)) {
      rows += count(message);
      if (rows < next_look) continue;
      next_look = rows + kMillion / 50;
      // Long enough for the server to get ahead as far as it ever does.
      absl::SleepFor(absl::Milliseconds(50));
      if (before == 0) before = OwnBytes();
      most = std::max(most, OwnBytes());
    }
    EXPECT_THAT(reader.Finish(), IsOk());
    EXPECT_EQ(rows, kMillion);
    EXPECT_GT(before, 0);
    EXPECT_LT(most - before, kMostGrowth);
  }
};

TEST_F(MillionTest, ASlowClientsRowsAreNotKept) {
  {
    grpc::ClientContext context;
    const auto reader = notes_->Stream(&context, StreamNotesRequest());
    ReadSlowly<Note>(*reader, [](const Note&) { return 1; });
  }
  const auto records = Records::NewStub(server().channel());
  grpc::ClientContext context;
  const auto reader = records->List(&context, RecordsRequest());
  ReadSlowly<RecordsChunk>(
      *reader, [](const RecordsChunk& chunk) { return chunk.record_size(); });
}

}  // namespace
}  // namespace integration
