// What tests of reads in a hurry share: reads on threads that must not wait.
#ifndef MODELSERVICE_DB_SQLITE_HURRY_TEST_SUPPORT_H_
#define MODELSERVICE_DB_SQLITE_HURRY_TEST_SUPPORT_H_

#include <sqlite3.h>

#include <memory>
#include <thread>
#include <utility>

#include "modelservice/base/waiting.h"
#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {

constexpr char kByKey[] = "SELECT v FROM t WHERE id = ?1";
// All of it, with a row for each: in milliseconds, not in microseconds.
constexpr char kScan[] = "SELECT id FROM t WHERE v <> ''";

inline Statement ByKey(int64_t id) {
  Statement statement = Sql(kByKey, {Value::Integer(id)});
  statement.quick = true;
  statement.single_row = true;
  return statement;
}

inline Statement Quick(absl::string_view sql) {
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

// Counts and adds up rows.
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

class MemoryHurryTest : public HurryTest {
 protected:
  MemoryHurryTest() {
    options_.path = ":memory:";
    Open(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
        "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
  }
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_HURRY_TEST_SUPPORT_H_
