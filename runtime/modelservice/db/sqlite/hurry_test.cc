// Reads on threads that must not wait: in place while that is quick, and else
// on the executor.
#include <atomic>
#include <thread>

#include "modelservice/db/sqlite/hurry_test_support.h"

namespace modelservice::sqlite {
namespace {

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

}  // namespace
}  // namespace modelservice::sqlite
