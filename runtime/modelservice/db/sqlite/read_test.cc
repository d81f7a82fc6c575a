// RunRead and cursors: one snapshot each, and no writing.
#include <algorithm>
#include <filesystem>
#include <system_error>
#include <thread>

#include "absl/strings/match.h"
#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kOrdered[] = "SELECT v FROM t ORDER BY v";

class ReadTest : public SqliteTest {
 protected:
  ReadTest() { Open("CREATE TABLE t (v); INSERT INTO t VALUES (1), (2), (3)"); }

  std::unique_ptr<Cursor> OpenCursor(absl::string_view sql,
                                     const CallLimits* limits = nullptr) {
    absl::StatusOr<std::unique_ptr<Cursor>> cursor =
        db_->Open(Sql(sql), limits);
    EXPECT_TRUE(cursor.ok()) << cursor.status();
    return cursor.ok() ? *std::move(cursor) : nullptr;
  }
  static absl::StatusOr<bool> Fetch(Cursor& cursor, size_t count, Rows& rows) {
    absl::StatusOr<bool> result = absl::UnknownError("not done");
    cursor.Fetch(count, rows,
                 [&](absl::StatusOr<bool> more) { result = more; });
    return result;
  }
};

// Bytes of the temporary files that this process has open.
size_t TemporaryBytes() {
  size_t bytes = 0;
  std::error_code gone;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/fd")) {
    const auto target = std::filesystem::read_symlink(entry.path(), gone);
    if (absl::StrContains(target.string(), "etilqs_")) {
      bytes += std::filesystem::file_size(entry.path(), gone);
    }
  }
  return bytes;
}

// What is sorted without an index may be the whole table.
TEST_F(ReadTest, WhatIsSortedDoesNotStayInMemory) {
  options_.cache_size = 1 << 20;
  Open(
      "CREATE TABLE wide (v); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
      "SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO wide "
      "SELECT hex(randomblob(500)) FROM n");
  const std::unique_ptr<Cursor> cursor =
      OpenCursor("SELECT v FROM wide ORDER BY v");
  Rows rows;
  EXPECT_TRUE(*Fetch(*cursor, 10, rows));
  // Nearly all of its 20 MB.
  EXPECT_GT(TemporaryBytes(), 15u << 20);
  while (*Fetch(*cursor, 1000, rows)) {
  }
  EXPECT_EQ(rows.rows.size(), 20000u);
  EXPECT_TRUE(std::is_sorted(rows.rows.begin(), rows.rows.end()));
  EXPECT_EQ(TemporaryBytes(), 0u);
}

TEST_F(ReadTest, RunReadSeesOneSnapshot) {
  Rows before, after;
  const absl::Status status = db_->Read([&](Transaction& tx) {
    EXPECT_TRUE(tx.read_only());
    Statement select = Sql(kOrdered);
    EXPECT_TRUE(tx.Execute(select, before).ok());
    Call write(Write("INSERT INTO t VALUES (4)"));
    db_->Execute(write);  // not in this transaction: on the writer's thread
    EXPECT_TRUE(write.Wait().ok());
    EXPECT_TRUE(tx.Execute(select, after).ok());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(before.rows, ElementsAre("1", "2", "3"));
  EXPECT_EQ(after.rows, before.rows);
  EXPECT_THAT(Query(*db_, kOrdered), ElementsAre("1", "2", "3", "4"));
}

TEST_F(ReadTest, RunReadRunsOnTheExecutorAndReadInPlace) {
  const std::thread::id caller = std::this_thread::get_id();
  std::thread::id body;
  Gate done;
  db_->RunRead(
      [&](Transaction&) {
        EXPECT_TRUE(Executor::InTask());
        body = std::this_thread::get_id();
        return absl::NotFoundError("x");
      },
      nullptr,
      [&](const absl::Status& status) {
        EXPECT_EQ(status, absl::NotFoundError("x"));
        EXPECT_EQ(std::this_thread::get_id(), body);
        done.Open();
      });
  done.Wait();
  EXPECT_NE(body, caller);
  EXPECT_EQ(db_->Read([&](Transaction&) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    return absl::NotFoundError("y");
  }),
            absl::NotFoundError("y"));
}

TEST_F(ReadTest, AWriteInsideOfAReadIsRefused) {
  EXPECT_TRUE(
      db_->Read([&](Transaction& tx) {
           Statement write = Write("DELETE FROM t");
           Rows rows;
           for (const absl::Status& status :
                {tx.Execute(write, rows).status(),
                 Exec(*db_, Write("DELETE FROM t")),
                 Exec(*db_, Sql("DELETE FROM t")),
                 db_->Transact([](Transaction&) { return absl::OkStatus(); }),
                 db_->RunScript("DELETE FROM t")}) {
             EXPECT_EQ(KindOfError(status), Kind::kOther);
             EXPECT_THAT(std::string(status.message()),
                         HasSubstr("read-only transaction"));
           }
           return absl::OkStatus();
         })
          .ok());
  EXPECT_EQ(Query(*db_, kOrdered).size(), 3u);
}

TEST_F(ReadTest, AStatementThatWritesMustSaySo) {
  const absl::Status status = Exec(*db_, Sql("DELETE FROM t"));
  EXPECT_EQ(KindOfError(status), Kind::kOther);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("Statement::writes is not set"));
}

TEST_F(ReadTest, AReadMayRunOnTheWriter) {
  Rows rows;
  EXPECT_TRUE(db_->Run(Write(kOrdered), rows).ok());
  EXPECT_THAT(rows.rows, ElementsAre("1", "2", "3"));
}

TEST_F(ReadTest, ARefusedRowEndsARead) {
  Rows rows;
  rows.refuse = 1;
  EXPECT_EQ(db_->Run(Sql(kOrdered), rows).status().message(), "no more");
  EXPECT_THAT(rows.rows, ElementsAre("1"));
  EXPECT_EQ(Query(*db_, kOrdered).size(), 3u);
}

TEST_F(ReadTest, ACursorReadsPieceByPiece) {
  const std::unique_ptr<Cursor> cursor = OpenCursor(kOrdered);
  Rows rows;
  EXPECT_TRUE(*Fetch(*cursor, 2, rows));
  EXPECT_THAT(rows.rows, ElementsAre("1", "2"));
  EXPECT_FALSE(*Fetch(*cursor, 2, rows));
  EXPECT_THAT(rows.rows, ElementsAre("1", "2", "3"));
  EXPECT_FALSE(*Fetch(*cursor, 2, rows));
  EXPECT_EQ(rows.rows.size(), 3u);
}

TEST_F(ReadTest, ACursorSeesTheSnapshotOfItsFirstFetch) {
  const std::unique_ptr<Cursor> cursor = OpenCursor(kOrdered);
  ASSERT_TRUE(Exec(*db_, Write("INSERT INTO t VALUES (4)")).ok());
  Rows rows;
  EXPECT_TRUE(*Fetch(*cursor, 1, rows));
  ASSERT_TRUE(Exec(*db_, Write("DELETE FROM t WHERE v = 3")).ok());
  ASSERT_TRUE(Exec(*db_, Write("INSERT INTO t VALUES (5)")).ok());
  ASSERT_TRUE(db_->RunScript("ALTER TABLE t ADD COLUMN w").ok());
  EXPECT_FALSE(*Fetch(*cursor, 10, rows));
  EXPECT_THAT(rows.rows, ElementsAre("1", "2", "3", "4"));
  EXPECT_THAT(Query(*db_, kOrdered), ElementsAre("1", "2", "4", "5"));
}

TEST_F(ReadTest, ACursorKeepsItsParameters) {
  Statement statement;
  statement.text = statement.arena.Own("SELECT v FROM t WHERE v <> ?1");
  statement.parameters.push_back(
      Value::Text(statement.arena.Own(std::string(100, 'x'))));
  absl::StatusOr<std::unique_ptr<Cursor>> cursor =
      db_->Open(std::move(statement), nullptr);
  ASSERT_TRUE(cursor.ok());
  Rows rows;
  EXPECT_FALSE(*Fetch(**cursor, 10, rows));
  EXPECT_EQ(rows.rows.size(), 3u);
}

TEST_F(ReadTest, ARefusedRowEndsACursor) {
  const std::unique_ptr<Cursor> cursor = OpenCursor(kOrdered);
  Rows rows;
  rows.refuse = 1;
  EXPECT_EQ(Fetch(*cursor, 5, rows).status().message(), "no more");
  EXPECT_FALSE(*Fetch(*cursor, 5, rows));
  EXPECT_THAT(rows.rows, ElementsAre("1"));
}

TEST_F(ReadTest, TheFirstFetchReportsErrors) {
  Rows rows;
  const std::unique_ptr<Cursor> missing = OpenCursor("SELECT * FROM u");
  EXPECT_EQ(KindOfError(Fetch(*missing, 9, rows).status()), Kind::kSchema);
  const std::unique_ptr<Cursor> writing =
      OpenCursor("DELETE FROM t RETURNING v");
  EXPECT_THAT(std::string(Fetch(*writing, 9, rows).status().message()),
              HasSubstr("a cursor cannot write"));
  const auto invalid =
      db_->Open(Sql("SELECT ?1", {Value::Invalid("no")}), nullptr);
  ASSERT_TRUE(invalid.ok()) << invalid.status();
  EXPECT_EQ(Fetch(**invalid, 9, rows).status().code(),
            absl::StatusCode::kInvalidArgument);
  // Those have ended.
  EXPECT_FALSE(*Fetch(*missing, 9, rows));
  EXPECT_FALSE(*Fetch(*writing, 9, rows));
  EXPECT_FALSE(*Fetch(**invalid, 9, rows));
  EXPECT_THAT(rows.rows, IsEmpty());
  EXPECT_EQ(Query(*db_, kOrdered).size(), 3u);
}

// What all exhausted readers say, which is nothing of the database's own.
void ExpectNoReader(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("max_readers"));
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo")
                  .has_value());
  EXPECT_FALSE(GetDatabaseError(status).has_value());
}

// With two connections for reading, so that one not given back shows.
TEST_F(ReadTest, ConnectionsComeBack) {
  options_.max_readers = 2;
  options_.busy_timeout = absl::ZeroDuration();
  Open();
  for (int i = 0; i < 10; ++i) {
    const std::unique_ptr<Cursor> cursor = OpenCursor(kOrdered);
    Rows rows;
    EXPECT_TRUE(*Fetch(*cursor, 1, rows));
    EXPECT_TRUE(db_->Read([&](Transaction&) {
                     Call call(Sql(kOrdered));
                     std::thread([&] { db_->Execute(call); }).join();
                     ExpectNoReader(call.Wait());
                     std::thread([&] {
                       ExpectNoReader(db_->Read(
                           [](Transaction&) { return absl::OkStatus(); }));
                     }).join();
                     return absl::OkStatus();
                   })
                    .ok());
  }
  EXPECT_EQ(Query(*db_, kOrdered).size(), 3u);
}

TEST_F(ReadTest, ACursorHasAConnectionFromTheFirstFetchToTheLastRow) {
  options_.max_readers = 2;
  options_.busy_timeout = absl::ZeroDuration();
  Open();
  const std::unique_ptr<Cursor> cursor = OpenCursor(kOrdered);
  const auto read_twice_at_once = [&] {
    return db_->Read([&](Transaction&) {
      absl::Status inner;
      std::thread([&] { inner = Exec(*db_, Sql(kOrdered)); }).join();
      return inner;
    });
  };
  EXPECT_TRUE(read_twice_at_once().ok());
  Rows rows;
  EXPECT_TRUE(*Fetch(*cursor, 2, rows));
  ExpectNoReader(read_twice_at_once());
  EXPECT_FALSE(*Fetch(*cursor, 2, rows));
  EXPECT_TRUE(read_twice_at_once().ok());
}

TEST_F(ReadTest, WaitsForAConnection) {
  options_.max_readers = 1;
  options_.busy_timeout = absl::InfiniteDuration();
  Open();
  std::unique_ptr<Cursor> cursor = OpenCursor(kOrdered);
  Rows rows;
  EXPECT_TRUE(*Fetch(*cursor, 1, rows));
  std::vector<std::string> values;
  Gate read;
  std::thread reader([&] {
    values = Query(*db_, kOrdered);
    read.Open();
  });
  EXPECT_FALSE(read.WaitFor(absl::Milliseconds(20)));
  cursor.reset();
  reader.join();
  EXPECT_EQ(values.size(), 3u);
}

TEST_F(ReadTest, ManyStatementsThroughASmallCache) {
  options_.max_statements = 2;
  Open();
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(Query(*db_, absl::StrCat("SELECT ", i, " + ", i % 5)),
                ElementsAre(absl::StrCat(i + i % 5)));
    const std::string sql = absl::StrCat("INSERT INTO t VALUES (", i, ")");
    EXPECT_TRUE(Exec(*db_, Write(sql)).ok());
  }
  EXPECT_EQ(Query(*db_, kOrdered).size(), 53u);
}

// The same calls on a database of one connection.
class MemoryTest : public ReadTest {
 protected:
  MemoryTest() {
    options_.path = ":memory:";
    options_.busy_timeout = absl::ZeroDuration();  // nobody waits for himself
    Open("CREATE TABLE t (v); INSERT INTO t VALUES (1), (2), (3)");
  }
};

TEST_F(MemoryTest, IsPrivateAndLeavesNoFile) {
  const std::unique_ptr<Database> other = OpenAnother();
  EXPECT_THAT(*other->ColumnsOf(Named("t")), IsEmpty());
  EXPECT_THAT(*db_->ColumnsOf(Named("t")), ElementsAre("v"));
  EXPECT_FALSE(std::filesystem::exists(":memory:"));
}

TEST_F(MemoryTest, WritesWhileACursorIsOpen) {
  const std::unique_ptr<Cursor> cursor = OpenCursor(kOrdered);
  Rows rows;
  EXPECT_TRUE(*Fetch(*cursor, 1, rows));
  EXPECT_TRUE(Exec(*db_, Write("DELETE FROM t WHERE v > 1")).ok());
  EXPECT_FALSE(*Fetch(*cursor, 3, rows));
  EXPECT_THAT(rows.rows, ElementsAre("1", "2", "3"));
  EXPECT_THAT(Query(*db_, kOrdered), ElementsAre("1"));
}

TEST_F(MemoryTest, TransactionsWork) {
  EXPECT_FALSE(db_->Transact([&](Transaction&) {
                    EXPECT_TRUE(
                        Exec(*db_, Write("INSERT INTO t VALUES (4)")).ok());
                    Call read(Sql("SELECT count(*) FROM t"));
                    db_->Execute(read);
                    EXPECT_TRUE(read.Wait().ok());
                    EXPECT_THAT(read.rows.rows, ElementsAre("4"));
                    EXPECT_TRUE(OpenCursor(kOrdered) != nullptr);
                    return absl::NotFoundError("no");
                  })
                   .ok());
  EXPECT_TRUE(db_->Read([&](Transaction&) {
                   EXPECT_FALSE(
                       Exec(*db_, Write("INSERT INTO t VALUES (4)")).ok());
                   EXPECT_EQ(Query(*db_, kOrdered).size(), 3u);
                   return absl::OkStatus();
                 })
                  .ok());
}

// A body's end is that of its use of the connection, whatever the writer does.
TEST_F(MemoryTest, TheConnectionIsBackWhenABodyEnds) {
  for (int i = 0; i < 300; ++i) {
    bool read = false;
    EXPECT_TRUE(db_->Transact([&](Transaction& tx) {
                     tx.OnCommit([&] {
                       EXPECT_EQ(Query(*db_, kOrdered).size(), 3u);
                       read = true;
                     });
                     return absl::OkStatus();
                   })
                    .ok());
    EXPECT_TRUE(read);
    EXPECT_EQ(Query(*db_, kOrdered).size(), 3u);
  }
}

TEST_F(MemoryTest, AnswersMayRunMoreCalls) {
  Call first(Write("INSERT INTO t VALUES (4)"));
  Call second(Sql("SELECT count(*) FROM t"));
  first.before_done = [&] { db_->Execute(second); };
  db_->Execute(first);
  EXPECT_TRUE(first.Wait().ok());
  EXPECT_TRUE(second.Wait().ok());
  EXPECT_THAT(second.rows.rows, ElementsAre("4"));
}

}  // namespace
}  // namespace modelservice::sqlite
