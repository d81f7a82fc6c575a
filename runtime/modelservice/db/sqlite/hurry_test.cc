// Reads on threads that must not wait: in place while that is quick, and else
// on the executor.
#include <sqlite3.h>

#include <atomic>
#include <thread>

#include "modelservice/base/waiting.h"
#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

constexpr char kByKey[] = "SELECT v FROM t WHERE id = ?1";
// All of it, with a row for each: in milliseconds, not in microseconds.
constexpr char kScan[] = "SELECT id FROM t WHERE v <> ''";

Statement ByKey(int64_t id) {
  Statement statement = Sql(kByKey, {Value::Integer(id)});
  statement.quick = true;
  statement.single_row = true;
  return statement;
}

Statement Quick(absl::string_view sql) {
  Statement statement = Sql(sql);
  statement.quick = true;
  return statement;
}

// Counts and adds up its rows, and says on which thread it was answered.
class Tally final : public Execution {
 public:
  explicit Tally(Statement s, const CallLimits* call_limits = nullptr) {
    statement = std::move(s);
    limits = call_limits;
  }
  absl::Status OnRow(Row row) override {
    ++rows;
    sum += row[0].integer();
    return absl::OkStatus();
  }
  void OnRestart() override {
    rows = sum = 0;
    ++restarts;
  }
  void OnDone(const absl::Status& s, const Outcome&) override {
    status = s;
    thread = std::this_thread::get_id();
    done.Open();
  }
  // As a thread of gRPC does; says whether it was answered in place.
  bool RunOn(Database& db) {
    {
      const NoWaiting here;
      db.Execute(*this);
    }
    const bool in_place = done.WaitFor(absl::ZeroDuration()) &&
                          thread == std::this_thread::get_id();
    done.Wait();
    EXPECT_TRUE(status.ok()) << status;
    return in_place;
  }

  int64_t rows = 0;
  int64_t sum = 0;
  int restarts = 0;
  absl::Status status;
  std::thread::id thread;
  Gate done;
};

class HurryTest : public SqliteTest {
 protected:
  static constexpr int64_t kRows = 100000;
  static constexpr int64_t kSum = kRows * (kRows + 1) / 2;

  HurryTest() {
    // One connection, so that what is learnt of a statement is known.
    options_.max_readers = 1;
    options_.busy_timeout = absl::InfiniteDuration();
    Open(absl::StrCat(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        "  LIMIT ",
        kRows, ") INSERT INTO t SELECT i, 'text' FROM n;"));
  }
  ~HurryTest() override { EXPECT_EQ(sqlite3_close(other_), SQLITE_OK); }

  // From here on without a log beside the file, so that who writes keeps others
  // from reading. `other_` is like another process.
  void OpenWithoutLog() {
    db_.reset();
    ASSERT_EQ(sqlite3_open(options_.path.c_str(), &other_), SQLITE_OK);
    Other("PRAGMA journal_mode=DELETE");
    options_.read_only = true;
    db_ = OpenAnother();
    ASSERT_NE(db_, nullptr);
  }
  void Other(const char* sql) {
    EXPECT_EQ(sqlite3_exec(other_, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(other_);
  }

  std::unique_ptr<Cursor> OpenCursor(Statement statement) {
    absl::StatusOr<std::unique_ptr<Cursor>> cursor =
        db_->Open(std::move(statement), nullptr);
    EXPECT_TRUE(cursor.ok()) << cursor.status();
    return cursor.ok() ? *std::move(cursor) : nullptr;
  }

  // Once it is known to be quick, which is not told by one time on a machine
  // that is busy.
  void ExpectInPlaceSoon(const Statement& statement, int64_t sum) {
    for (int i = 0; i < 100; ++i) {
      Tally read(statement);
      const bool in_place = read.RunOn(*db_);
      EXPECT_EQ(read.sum, sum);
      if (in_place) return;
    }
    ADD_FAILURE() << "never in place: " << statement.text;
  }

  sqlite3* other_ = nullptr;
};

// A Fetch on a thread that must not wait.
class Fetching {
 public:
  Fetching(Cursor& cursor, size_t most, RowSink& sink) {
    const NoWaiting here;
    cursor.Fetch(most, sink, [this](absl::StatusOr<bool> result) {
      thread_ = std::this_thread::get_id();
      more_ = std::move(result);
      done_.Open();
    });
  }
  bool answered() { return done_.WaitFor(absl::ZeroDuration()); }
  // Whether there may be more.
  absl::StatusOr<bool> Wait() {
    done_.Wait();
    return more_;
  }
  bool in_place() const { return thread_ == std::this_thread::get_id(); }

 private:
  Gate done_;
  std::thread::id thread_;
  absl::StatusOr<bool> more_ = absl::UnknownError("not done");
};

class Numbers final : public RowSink {
 public:
  absl::Status OnRow(Row row) override {
    ++rows;
    sum += row[0].integer();
    return absl::OkStatus();
  }
  void OnRestart() override { rows = sum = 0; }
  int64_t rows = 0;
  int64_t sum = 0;
};

TEST_F(HurryTest, AReadByKeyStaysOnItsThread) {
  for (int i = 1; i <= 100; ++i) {
    Tally read(ByKey(i));
    EXPECT_TRUE(read.RunOn(*db_));
    EXPECT_EQ(read.rows, 1);
    EXPECT_EQ(read.restarts, 0);
  }
}

TEST_F(HurryTest, WhatIsNotKnownGoesToTheExecutorUntilItIs) {
  Tally unknown(Sql("SELECT id FROM t WHERE id = 7"));
  EXPECT_FALSE(unknown.RunOn(*db_));
  EXPECT_EQ(unknown.sum, 7);
  EXPECT_EQ(unknown.restarts, 0);
  // It took no time.
  ExpectInPlaceSoon(Sql("SELECT id FROM t WHERE id = 7"), 7);
}

TEST_F(HurryTest, AScanRunsOnTheExecutor) {
  for (int i = 0; i < 3; ++i) {
    Tally scan((Sql(kScan)));
    EXPECT_FALSE(scan.RunOn(*db_));
    EXPECT_EQ(scan.rows, kRows);
    EXPECT_EQ(scan.sum, kSum);
    EXPECT_EQ(scan.restarts, 0);
  }
}

// It was quick once, or is said to be: after some milliseconds it moves to the
// executor, from the beginning.
TEST_F(HurryTest, AScanThatIsTakenForQuickIsGivenUp) {
  ASSERT_TRUE(Exec(*db_, Write("CREATE TABLE u AS SELECT * FROM t")).ok());
  ASSERT_TRUE(Exec(*db_, Write("DELETE FROM t WHERE id > 1")).ok());
  ExpectInPlaceSoon(Sql(kScan), 1);
  ASSERT_TRUE(
      Exec(*db_, Write("INSERT INTO t SELECT * FROM u WHERE id > 1")).ok());
  for (const Statement& statement : {Sql(kScan), Quick("SELECT id FROM u")}) {
    Tally grown(statement);
    EXPECT_FALSE(grown.RunOn(*db_));
    EXPECT_EQ(grown.rows, kRows);
    EXPECT_EQ(grown.sum, kSum);
    EXPECT_EQ(grown.restarts, 1);
    // And is not tried again.
    Tally known(statement);
    EXPECT_FALSE(known.RunOn(*db_));
    EXPECT_EQ(known.sum, kSum);
    EXPECT_EQ(known.restarts, 0);
  }
  // Until it is quick again.
  ASSERT_TRUE(Exec(*db_, Write("DELETE FROM t WHERE id > 1")).ok());
  ASSERT_TRUE(Exec(*db_, Write("DELETE FROM u WHERE id > 1")).ok());
  for (const Statement& statement : {Sql(kScan), Quick("SELECT id FROM u")}) {
    Tally shrunk(statement);
    EXPECT_FALSE(shrunk.RunOn(*db_));
    ExpectInPlaceSoon(statement, 1);
  }
}

TEST_F(HurryTest, OtherThreadsReadInPlaceWhateverItTakes) {
  Tally scan((Sql(kScan)));
  db_->Execute(scan);
  EXPECT_EQ(scan.thread, std::this_thread::get_id());
  EXPECT_EQ(scan.sum, kSum);
  EXPECT_EQ(scan.restarts, 0);
}

TEST_F(HurryTest, WithoutAnIdleConnectionItGoesToTheExecutor) {
  std::unique_ptr<Cursor> cursor = OpenCursor(Sql(kScan));
  Numbers rows;
  bool more = false;
  cursor->Fetch(1, rows, [&](absl::StatusOr<bool> result) { more = *result; });
  ASSERT_TRUE(more);
  Tally read(ByKey(7));
  {
    const NoWaiting here;
    db_->Execute(read);
  }
  EXPECT_FALSE(read.done.WaitFor(absl::Milliseconds(20)));
  cursor.reset();
  read.done.Wait();
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_NE(read.thread, std::this_thread::get_id());
}

TEST_F(HurryTest, ALateCallIsNotRun) {
  const Limits late(SteadyNow() - std::chrono::seconds(1));
  Limits cancelled;
  cancelled.Cancel();
  for (Statement statement : {ByKey(1), Sql(kScan)}) {
    Tally one(statement, &late), two(statement, &cancelled);
    {
      const NoWaiting here;
      db_->Execute(one);
      db_->Execute(two);
    }
    one.done.Wait();
    two.done.Wait();
    EXPECT_EQ(KindOfError(one.status), Kind::kTimeout);
    EXPECT_EQ(KindOfError(two.status), Kind::kCancelled);
    EXPECT_EQ(one.rows + two.rows, 0);
  }
}

TEST_F(HurryTest, ErrorsAreTold) {
  Tally missing(Quick("SELECT * FROM missing")), writes(Quick("DELETE FROM t"));
  {
    const NoWaiting here;
    db_->Execute(missing);
    db_->Execute(writes);
  }
  missing.done.Wait();
  writes.done.Wait();
  EXPECT_EQ(KindOfError(missing.status), Kind::kSchema);
  EXPECT_EQ(KindOfError(writes.status), Kind::kOther);
  EXPECT_EQ(missing.thread, std::this_thread::get_id());
}

TEST_F(HurryTest, ALockIsWaitedForOnTheExecutor) {
  OpenWithoutLog();
  Tally before(ByKey(1));
  EXPECT_TRUE(before.RunOn(*db_));
  Other("BEGIN EXCLUSIVE");
  Tally locked(ByKey(2));
  {
    const NoWaiting here;
    db_->Execute(locked);  // for ever, were the lock waited for here
  }
  EXPECT_FALSE(locked.done.WaitFor(absl::Milliseconds(20)));
  Other("COMMIT");
  locked.done.Wait();
  EXPECT_TRUE(locked.status.ok()) << locked.status;
  EXPECT_EQ(locked.rows, 1);
  EXPECT_NE(locked.thread, std::this_thread::get_id());
}

// To prepare a statement SQLite may have to read the schema.
TEST_F(HurryTest, NorIsItWaitedForToPrepareAStatement) {
  OpenWithoutLog();
  ASSERT_TRUE(Exec(*db_, Sql("PRAGMA writable_schema=RESET")).ok());
  Other("BEGIN EXCLUSIVE");
  Tally locked(ByKey(2));
  {
    const NoWaiting here;
    db_->Execute(locked);
  }
  EXPECT_FALSE(locked.done.WaitFor(absl::Milliseconds(20)));
  Other("COMMIT");
  locked.done.Wait();
  EXPECT_TRUE(locked.status.ok()) << locked.status;
  EXPECT_EQ(locked.rows, 1);
}

TEST_F(HurryTest, ACursorThatIsQuickStaysOnTheThread) {
  const std::unique_ptr<Cursor> cursor =
      OpenCursor(Quick("SELECT id FROM t ORDER BY id"));
  Numbers rows;
  for (int i = 1; i <= 10; ++i) {
    Fetching fetch(*cursor, 128, rows);
    EXPECT_TRUE(*fetch.Wait());
    EXPECT_TRUE(fetch.in_place());
    EXPECT_EQ(rows.rows, 128 * i);
  }
}

TEST_F(HurryTest, ACursorThatIsNotKeepsNoThread) {
  // Nothing for a long time, and then a row.
  const std::unique_ptr<Cursor> cursor = OpenCursor(
      Sql("SELECT count(*) FROM t AS a, t AS b WHERE b.id <= 20 UNION ALL "
          "SELECT id FROM t"));
  Numbers rows;
  Fetching first(*cursor, 1, rows);
  EXPECT_FALSE(first.answered());
  EXPECT_TRUE(*first.Wait());
  EXPECT_FALSE(first.in_place());
  EXPECT_EQ(rows.sum, 20 * kRows);
  rows = Numbers();
  Fetching rest(*cursor, kRows, rows);
  EXPECT_TRUE(rest.Wait().ok());
  EXPECT_FALSE(rest.in_place());
  EXPECT_EQ(rows.sum, kSum);
}

// What is said to be quick shows before its first row that it is not.
TEST_F(HurryTest, ACursorThatIsTakenForQuickIsStartedAnew) {
  const std::unique_ptr<Cursor> cursor = OpenCursor(
      Quick("SELECT count(*) FROM t AS a, t AS b WHERE b.id <= 20 UNION ALL "
            "SELECT id FROM t"));
  Numbers rows;
  Fetching first(*cursor, 1, rows);
  EXPECT_TRUE(*first.Wait());
  EXPECT_FALSE(first.in_place());
  EXPECT_EQ(rows.sum, 20 * kRows);
  rows = Numbers();
  Fetching rest(*cursor, kRows + 1, rows);
  EXPECT_FALSE(*rest.Wait());
  EXPECT_EQ(rows.rows, kRows);
  EXPECT_EQ(rows.sum, kSum);
}

TEST_F(HurryTest, ACursorWaitsForALockOnTheExecutor) {
  OpenWithoutLog();
  Other("BEGIN EXCLUSIVE");
  const std::unique_ptr<Cursor> cursor = OpenCursor(Quick("SELECT id FROM t"));
  Numbers rows;
  Fetching fetch(*cursor, 10, rows);
  absl::SleepFor(absl::Milliseconds(20));
  EXPECT_FALSE(fetch.answered());
  Other("COMMIT");
  EXPECT_TRUE(*fetch.Wait());
  EXPECT_EQ(rows.rows, 10);
}

TEST_F(HurryTest, ACursorWaitsForAConnectionOnTheExecutor) {
  options_.max_readers = 2;
  Open();
  Gate started, release;
  std::vector<std::thread> readers;
  std::atomic<int> reading{0};
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      EXPECT_TRUE(db_->Read([&](Transaction&) {
                       if (++reading == 2) started.Open();
                       release.Wait();
                       return absl::OkStatus();
                     })
                      .ok());
    });
  }
  started.Wait();
  const std::unique_ptr<Cursor> cursor = OpenCursor(Quick("SELECT id FROM t"));
  Numbers rows;
  Fetching fetch(*cursor, 10, rows);
  absl::SleepFor(absl::Milliseconds(20));
  EXPECT_FALSE(fetch.answered());
  release.Open();
  EXPECT_TRUE(*fetch.Wait());
  EXPECT_FALSE(fetch.in_place());
  EXPECT_EQ(rows.rows, 10);
  for (std::thread& reader : readers) reader.join();
}

// Its way to the executor goes with the database.
TEST_F(HurryTest, ACursorMayOutliveItsDatabase) {
  const std::unique_ptr<Cursor> slow = OpenCursor(Sql(kScan));
  Numbers rows;
  EXPECT_TRUE(*Fetching(*slow, 1, rows).Wait());
  db_.reset();
  EXPECT_EQ(KindOfError(Fetching(*slow, 1, rows).Wait().status()),
            Kind::kConnection);
  EXPECT_EQ(rows.rows, 1);
}

class MemoryHurryTest : public HurryTest {
 protected:
  MemoryHurryTest() {
    options_.path = ":memory:";
    Open(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
        "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
  }
};

TEST_F(MemoryHurryTest, ReadsInPlaceWhileTheConnectionIsIdle) {
  Tally read(ByKey(1));
  EXPECT_TRUE(read.RunOn(*db_));
  Tally waits(ByKey(2));
  EXPECT_TRUE(db_->Transact([&](Transaction&) {
                   // On another thread, for here it would join.
                   std::thread([&] {
                     const NoWaiting here;
                     db_->Execute(waits);
                   }).join();
                   EXPECT_FALSE(waits.done.WaitFor(absl::Milliseconds(20)));
                   return absl::OkStatus();
                 })
                  .ok());
  waits.done.Wait();
  EXPECT_TRUE(waits.status.ok()) << waits.status;
  EXPECT_EQ(waits.rows, 1);
}

TEST_F(MemoryHurryTest, ACursorCopiesOnTheExecutor) {
  const std::unique_ptr<Cursor> cursor = OpenCursor(Quick("SELECT id FROM t"));
  Numbers rows;
  Fetching first(*cursor, 1, rows);
  EXPECT_TRUE(*first.Wait());
  EXPECT_FALSE(first.in_place());
  Fetching second(*cursor, 5, rows);
  EXPECT_FALSE(*second.Wait());
  EXPECT_TRUE(second.in_place());
  EXPECT_EQ(rows.sum, 3);
}

TEST_F(MemoryHurryTest, ACursorWithAnErrorHasNoRows) {
  const std::unique_ptr<Cursor> cursor = OpenCursor(Sql("SELECT * FROM u"));
  Numbers rows;
  EXPECT_EQ(KindOfError(Fetching(*cursor, 1, rows).Wait().status()),
            Kind::kSchema);
  EXPECT_FALSE(*Fetching(*cursor, 1, rows).Wait());
}

TEST_F(MemoryHurryTest, ACursorMayOutliveItsDatabase) {
  const std::unique_ptr<Cursor> read = OpenCursor(Sql("SELECT id FROM t"));
  const std::unique_ptr<Cursor> unread = OpenCursor(Sql("SELECT id FROM t"));
  Numbers rows;
  EXPECT_TRUE(*Fetching(*read, 1, rows).Wait());
  db_.reset();
  EXPECT_FALSE(*Fetching(*read, 5, rows).Wait());
  EXPECT_EQ(rows.sum, 3);
  EXPECT_EQ(KindOfError(Fetching(*unread, 5, rows).Wait().status()),
            Kind::kConnection);
}

}  // namespace
}  // namespace modelservice::sqlite
