// Cursors on threads that must not wait: in place while that is quick, and else
// on the executor.
#include <memory>
#include <thread>
#include <utility>

#include "modelservice/db/sqlite/hurry_test_support.h"

namespace modelservice::sqlite {
namespace {

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
