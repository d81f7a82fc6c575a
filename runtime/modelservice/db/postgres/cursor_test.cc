// Cursors: pieces, snapshots, early ends, limits.
#include "modelservice/base/waiting.h"
#include "modelservice/db/postgres/test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kNumbers[] =
    "SELECT v, 'row ' || v FROM t WHERE v <= $1 ORDER BY v";

class CursorTest : public PostgresTest {
 protected:
  void Ready() override {
    options_.pool_max = 2;
    options_.max_cursors = 2;
    Open(
        "CREATE TABLE t (v INTEGER);"
        "INSERT INTO t SELECT * FROM generate_series(1, 1000);");
  }

  std::unique_ptr<Cursor> Numbers(int most,
                                  const CallLimits* limits = nullptr) {
    auto cursor = db_->Open(Sql(kNumbers, {Value::Integer(most)}), limits);
    EXPECT_TRUE(cursor.ok()) << cursor.status();
    return *std::move(cursor);
  }

  // Waits until the server has no transaction of ours open.
  void AwaitNoTransaction() {
    while (Query(*db_,
                 "SELECT count(*) FROM pg_stat_activity WHERE datname ="
                 " current_database() AND state LIKE 'idle in%'")[0] != "0") {
      absl::SleepFor(absl::Milliseconds(5));
    }
  }

  bool more_ = false;
};

TEST_F(CursorTest, GivesAllRowsInPieces) {
  for (const int count : {0, 1, 9, 10, 11, 19, 20, 21, 1000}) {
    const std::unique_ptr<Cursor> cursor = Numbers(count);
    Rows rows;
    do {
      const size_t before = rows.rows.size();
      ASSERT_TRUE(FetchInto(*cursor, 10, &rows, &more_).ok());
      EXPECT_LE(rows.rows.size(), before + 10);
    } while (more_);
    ASSERT_THAT(rows.rows, SizeIs(count));
    for (int i = 0; i < count; ++i) {
      EXPECT_EQ(rows.rows[static_cast<size_t>(i)],
                absl::StrCat(i + 1, ",row ", i + 1));
    }
    // And no more, however often one asks.
    ASSERT_TRUE(FetchInto(*cursor, 10, &rows, &more_).ok());
    EXPECT_FALSE(more_);
    EXPECT_THAT(rows.rows, SizeIs(count));
  }
}

TEST_F(CursorTest, PiecesGrowAndShrink) {
  const std::unique_ptr<Cursor> cursor = Numbers(1000);
  Rows rows;
  more_ = true;
  for (const size_t most : std::vector<size_t>{1, 100, 3, 2, 1, 50, 500, 2}) {
    const size_t before = rows.rows.size();
    ASSERT_TRUE(FetchInto(*cursor, most, &rows, &more_).ok());
    EXPECT_TRUE(more_);
    EXPECT_GT(rows.rows.size(), before);
    EXPECT_LE(rows.rows.size(), before + most);
  }
  while (more_) ASSERT_TRUE(FetchInto(*cursor, 7, &rows, &more_).ok());
  ASSERT_THAT(rows.rows, SizeIs(1000));
  for (size_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(rows.rows[i], absl::StrCat(i + 1, ",row ", i + 1));
  }
}

TEST_F(CursorTest, SeesOneSnapshot) {
  const std::unique_ptr<Cursor> cursor = Numbers(2000);
  Rows rows;
  ASSERT_TRUE(FetchInto(*cursor, 10, &rows, &more_).ok());
  ASSERT_TRUE(Exec(*db_, Write("DELETE FROM t WHERE v > 500")).ok());
  ASSERT_TRUE(Exec(*db_, Write("INSERT INTO t VALUES (1500)")).ok());
  while (more_) ASSERT_TRUE(FetchInto(*cursor, 100, &rows, &more_).ok());
  EXPECT_THAT(rows.rows, SizeIs(1000));
}

TEST_F(CursorTest, FetchDoesNotBlockWhereItMustNot) {
  auto cursor = db_->Open(Sql("SELECT 1 FROM pg_sleep(0.3)"), nullptr);
  ASSERT_TRUE(cursor.ok());
  Rows rows;
  Gate returned, done;
  {
    const NoWaiting no_waiting;
    (*cursor)->Fetch(1, rows, [&](const absl::StatusOr<bool>& more) {
      returned.Wait();
      EXPECT_TRUE(more.ok()) << more.status();
      done.Open();
    });
  }
  returned.Open();
  done.Wait();
  EXPECT_THAT(rows.rows, ElementsAre("1"));
}

// More cursors than the pool has places for, one after the other: each gives
// its place back when it is read to its end, and when it is not.
TEST_F(CursorTest, GivesItsConnectionBack) {
  for (int i = 0; i < 20; ++i) {
    const std::unique_ptr<Cursor> cursor = Numbers(1000);
    Rows rows;
    ASSERT_TRUE(FetchInto(*cursor, 100, &rows, &more_).ok());
    EXPECT_TRUE(more_);
    if (i % 2 == 0) continue;
    while (more_) ASSERT_TRUE(FetchInto(*cursor, 500, &rows, &more_).ok());
    // Has no place any more, though it still lives.
    const std::unique_ptr<Cursor> second = Numbers(5);
    const std::unique_ptr<Cursor> third = Numbers(5);
    ASSERT_TRUE(FetchInto(*second, 1, &rows, &more_).ok());
    ASSERT_TRUE(FetchInto(*third, 1, &rows, &more_).ok());
  }
  AwaitNoTransaction();
  EXPECT_TRUE(db_->Transact([&](Transaction&) {
                   return Exec(*db_, Write("INSERT INTO t VALUES (0)"));
                 })
                  .ok());
}

TEST_F(CursorTest, ARefusedRowEndsIt) {
  const std::unique_ptr<Cursor> cursor = Numbers(100);
  Rows rows;
  rows.refuse = 3;
  EXPECT_EQ(FetchInto(*cursor, 10, &rows, &more_).message(), "no more");
  EXPECT_THAT(rows.rows, SizeIs(3));
  EXPECT_TRUE(FetchInto(*cursor, 10, &rows, &more_).ok());
  EXPECT_FALSE(more_);
  AwaitNoTransaction();
}

TEST_F(CursorTest, ASinkMayUseTheDatabase) {
  class Inner final : public RowSink {
   public:
    explicit Inner(Database& db) : db_(db) {}
    absl::Status OnRow(Row row) override {
      counts.push_back(absl::StrCat(row[0].integer(), ":",
                                    Query(db_, "SELECT count(*) FROM t")[0]));
      return absl::OkStatus();
    }
    void OnRestart() override { counts.clear(); }
    std::vector<std::string> counts;

   private:
    Database& db_;
  };
  Inner sink(*db_);
  const std::unique_ptr<Cursor> cursor = Numbers(2);
  Gate done;
  cursor->Fetch(10, sink, [&](const absl::StatusOr<bool>&) { done.Open(); });
  done.Wait();
  EXPECT_THAT(sink.counts, ElementsAre("1:1000", "2:1000"));
}

TEST_F(CursorTest, ErrorsComeWithTheFirstFetch) {
  for (const char* sql :
       {"SELECT nothing FROM t", "DELETE FROM t", "SELECT v / 0 FROM t"}) {
    auto cursor = db_->Open(Sql(sql), nullptr);
    ASSERT_TRUE(cursor.ok());
    Rows rows;
    EXPECT_FALSE(FetchInto(**cursor, 10, &rows, &more_).ok()) << sql;
    EXPECT_TRUE(FetchInto(**cursor, 10, &rows, &more_).ok()) << sql;
    EXPECT_FALSE(more_);
  }
  EXPECT_THAT(Query(*db_, "SELECT count(*) FROM t"), ElementsAre("1000"));
  auto cursor = db_->Open(Sql(kNumbers, {Value::Text("x")}), nullptr);
  ASSERT_TRUE(cursor.ok());
  Rows rows;
  EXPECT_EQ(KindOfError(FetchInto(**cursor, 10, &rows, &more_)), Kind::kValue);
  AwaitNoTransaction();
}

TEST_F(CursorTest, DoesNotWrite) {
  const absl::Status status =
      db_->Open(Write("DELETE FROM t RETURNING v"), nullptr).status();
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("a cursor cannot write"));
}

TEST_F(CursorTest, EndsAtItsDeadline) {
  const Limits limits(After(absl::Milliseconds(100)));
  auto cursor = db_->Open(Sql("SELECT v FROM t, pg_sleep(60)"), &limits);
  ASSERT_TRUE(cursor.ok());
  Rows rows;
  EXPECT_EQ(KindOfError(FetchInto(**cursor, 10, &rows, &more_)),
            Kind::kTimeout);
  EXPECT_THAT(rows.rows, IsEmpty());
}

TEST_F(CursorTest, EndsWhenItsCallIsCancelled) {
  Limits limits;
  const std::unique_ptr<Cursor> cursor = Numbers(1000, &limits);
  Rows rows;
  ASSERT_TRUE(FetchInto(*cursor, 10, &rows, &more_).ok());
  limits.Cancel();
  EXPECT_EQ(KindOfError(FetchInto(*cursor, 10, &rows, &more_)),
            Kind::kCancelled);
  AwaitNoTransaction();
}

TEST_F(CursorTest, ALostConnectionIsAnError) {
  const std::unique_ptr<Cursor> cursor = Numbers(1000);
  Rows rows;
  ASSERT_TRUE(FetchInto(*cursor, 10, &rows, &more_).ok());
  ASSERT_TRUE(Terminate(*db_, "state = 'idle in transaction'").ok());
  absl::Status status;
  // What was on its way may still come.
  for (int i = 0; i < 3 && status.ok(); ++i) {
    status = FetchInto(*cursor, 10, &rows, &more_);
  }
  EXPECT_EQ(KindOfError(status), Kind::kConnection);
  // The next one has another connection.
  const std::unique_ptr<Cursor> next = Numbers(3);
  rows.OnRestart();
  ASSERT_TRUE(FetchInto(*next, 10, &rows, &more_).ok());
  EXPECT_THAT(rows.rows, SizeIs(3));
}

TEST_F(CursorTest, ALostConnectionIsReplacedBeforeTheFirstRow) {
  Rows rows;
  for (int i = 0; i < 3; ++i) {
    const std::unique_ptr<Cursor> cursor = Numbers(3);
    ASSERT_TRUE(FetchInto(*cursor, 10, &rows, &more_).ok());
    ASSERT_TRUE(Terminate(*db_, "state LIKE 'idle%'").ok());
  }
}

TEST_F(CursorTest, MayOutliveTheDatabase) {
  options_.pool_max = 3;
  options_.max_cursors = 3;
  Open();
  const std::unique_ptr<Cursor> cursor = Numbers(1000);
  const std::unique_ptr<Cursor> unread = Numbers(1000);
  const std::unique_ptr<Cursor> begun = Numbers(1000);
  Rows rows;
  ASSERT_TRUE(FetchInto(*cursor, 10, &rows, &more_).ok());
  Rows ignored;
  ASSERT_TRUE(FetchInto(*begun, 10, &ignored, &more_).ok());
  db_.reset();
  while (more_) ASSERT_TRUE(FetchInto(*cursor, 100, &rows, &more_).ok());
  EXPECT_THAT(rows.rows, SizeIs(1000));
  EXPECT_EQ(KindOfError(FetchInto(*unread, 10, &rows, &more_)),
            Kind::kConnection);
}

}  // namespace
}  // namespace modelservice::postgres
