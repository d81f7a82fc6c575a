// Deadlines, cancelled calls, and files that somebody else has locked.
#include <sqlite3.h>

#include <deque>
#include <thread>

#include "absl/time/clock.h"
#include "modelservice/db/sqlite/test_support.h"

namespace modelservice::sqlite {
namespace {

using ::testing::ElementsAre;

// Would run for ever.
constexpr char kEndless[] =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT count(*) FROM n";
constexpr char kEndlessWrite[] =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "INSERT INTO t SELECT i FROM n WHERE i < 0";
constexpr char kInsertOne[] = "INSERT INTO t VALUES (1)";
constexpr char kCount[] = "SELECT count(*) FROM t";

// Cancelled by the first look at it after `looks` of them.
class CancelledLater final : public CallLimits {
 public:
  explicit CancelledLater(int looks) : looks_(looks) {}
  SteadyTime ends_at() const override { return kNever; }
  bool cancelled() const override { return looks_.fetch_sub(1) <= 0; }

 private:
  mutable std::atomic<int> looks_;
};

SteadyTime Soon() { return After(absl::Milliseconds(20)); }

class LimitsTest : public SqliteTest {
 protected:
  LimitsTest() {
    options_.busy_timeout = absl::Milliseconds(20);
    Open("CREATE TABLE t (v)");
    EXPECT_EQ(sqlite3_open(options_.path.c_str(), &other_), SQLITE_OK);
  }
  ~LimitsTest() override { EXPECT_EQ(sqlite3_close(other_), SQLITE_OK); }

  // On a connection of its own, like another process's.
  void Other(const char* sql) {
    EXPECT_EQ(sqlite3_exec(other_, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(other_);
  }
  absl::Status RunFor(Statement statement, const CallLimits& limits) {
    Rows rows;
    return db_->Run(std::move(statement), rows, &limits).status();
  }

  sqlite3* other_ = nullptr;
};

TEST_F(LimitsTest, ADeadlineEndsAStatement) {
  EXPECT_EQ(KindOfError(RunFor(Sql(kEndless), Limits(Soon()))), Kind::kTimeout);
  EXPECT_EQ(KindOfError(RunFor(Write(kEndlessWrite), Limits(Soon()))),
            Kind::kTimeout);
  EXPECT_TRUE(Exec(*db_, Write(kInsertOne)).ok());
  EXPECT_THAT(Query(*db_, kCount), ElementsAre("1"));
}

TEST_F(LimitsTest, CancellingEndsAStatement) {
  EXPECT_EQ(KindOfError(RunFor(Sql(kEndless), CancelledLater(5))),
            Kind::kCancelled);
  EXPECT_EQ(KindOfError(RunFor(Write(kEndlessWrite), CancelledLater(5))),
            Kind::kCancelled);
}

TEST_F(LimitsTest, CancellingFromAnotherThread) {
  Limits limits;
  absl::Status status;
  Gate started;
  std::thread reader([&] {
    started.Open();
    status = RunFor(Sql(kEndless), limits);
  });
  started.Wait();
  limits.Cancel();
  reader.join();
  EXPECT_EQ(KindOfError(status), Kind::kCancelled);
}

TEST_F(LimitsTest, ALateCallIsNotRun) {
  const Limits late(SteadyNow() - std::chrono::seconds(1));
  Limits cancelled;
  cancelled.Cancel();
  EXPECT_EQ(KindOfError(RunFor(Sql(kCount), late)), Kind::kTimeout);
  EXPECT_EQ(KindOfError(RunFor(Sql(kCount), cancelled)), Kind::kCancelled);
  EXPECT_EQ(KindOfError(RunFor(Write(kInsertOne), late)), Kind::kTimeout);
  EXPECT_EQ(KindOfError(RunFor(Write(kInsertOne), cancelled)),
            Kind::kCancelled);
  EXPECT_EQ(KindOfError(db_->Open(Sql(kCount), &late).status()),
            Kind::kTimeout);
  const auto body = [](Transaction&) {
    ADD_FAILURE() << "run";
    return absl::OkStatus();
  };
  EXPECT_EQ(KindOfError(db_->Read(body, &late)), Kind::kTimeout);
  EXPECT_EQ(KindOfError(db_->Transact(body, &cancelled)), Kind::kCancelled);
  EXPECT_THAT(Query(*db_, kCount), ElementsAre("0"));
}

TEST_F(LimitsTest, ACallThatGaveUpInTheQueueIsNotRun) {
  Limits limits;
  std::deque<Call> calls;
  calls.emplace_back(Write(kInsertOne));
  calls.emplace_back(Write(kInsertOne), &limits);
  calls.emplace_back(Write(kInsertOne));
  {
    const HeldWriter held(*db_);
    for (Call& call : calls) db_->Execute(call);
    limits.Cancel();
  }
  EXPECT_TRUE(calls[0].Wait().ok());
  EXPECT_EQ(KindOfError(calls[1].Wait()), Kind::kCancelled);
  EXPECT_TRUE(calls[2].Wait().ok());
  EXPECT_THAT(Query(*db_, kCount), ElementsAre("2"));
}

TEST_F(LimitsTest, AThousandOfThemCostNextToNothing) {
  Limits limits;
  std::deque<Call> calls;
  {
    const HeldWriter held(*db_);
    for (int i = 0; i < 5000; ++i) {
      // What would take for ever, if it ran.
      db_->Execute(calls.emplace_back(Write(kEndlessWrite), &limits));
    }
    limits.Cancel();
  }
  EXPECT_TRUE(RunFor(Write(kInsertOne), Limits()).ok());
  for (Call& call : calls) {
    ASSERT_EQ(KindOfError(call.Wait()), Kind::kCancelled);
  }
  EXPECT_THAT(Query(*db_, kCount), ElementsAre("1"));
}

// SQLite answers an interrupted write by rolling all of its transaction back.
TEST_F(LimitsTest, AnInterruptedWriteLeavesItsNeighboursAlone) {
  const CancelledLater limits(3);
  std::deque<Call> calls;
  calls.emplace_back(Write(kInsertOne));
  calls.emplace_back(Write(kEndlessWrite), &limits);
  calls.emplace_back(Write(kInsertOne));
  {
    const HeldWriter held(*db_);
    for (Call& call : calls) db_->Execute(call);
  }
  EXPECT_TRUE(calls[0].Wait().ok());
  EXPECT_EQ(calls[0].rows.restarts, 1);
  EXPECT_EQ(KindOfError(calls[1].Wait()), Kind::kCancelled);
  EXPECT_TRUE(calls[2].Wait().ok());
  EXPECT_THAT(Query(*db_, kCount), ElementsAre("2"));
}

TEST_F(LimitsTest, LimitsReachTheStatementsOfABody) {
  const Limits limits(Soon());
  EXPECT_EQ(KindOfError(db_->Transact(
                [&](Transaction&) {
                  EXPECT_TRUE(Exec(*db_, Write(kInsertOne)).ok());
                  return Exec(*db_, Sql(kEndless));
                },
                &limits)),
            Kind::kTimeout);
  const CancelledLater cancelled(5);
  EXPECT_EQ(
      KindOfError(db_->Read(
          [&](Transaction&) { return Exec(*db_, Sql(kEndless)); }, &cancelled)),
      Kind::kCancelled);
  EXPECT_THAT(Query(*db_, kCount), ElementsAre("0"));
}

TEST_F(LimitsTest, LimitsReachACursor) {
  ASSERT_TRUE(Exec(*db_, Write(kInsertOne)).ok());
  const CancelledLater limits(8);
  absl::StatusOr<std::unique_ptr<Cursor>> cursor = db_->Open(
      Sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
          "SELECT i FROM n WHERE i = 1 OR i < 0"),
      &limits);
  ASSERT_TRUE(cursor.ok()) << cursor.status();
  Rows rows;
  (*cursor)->Fetch(10, rows, [](absl::StatusOr<bool> more) {
    EXPECT_EQ(KindOfError(more.status()), Kind::kCancelled);
  });
  EXPECT_THAT(rows.rows, ElementsAre("1"));
}

TEST_F(LimitsTest, ALockedFileIsBusyAndRecovers) {
  Other("BEGIN IMMEDIATE");
  EXPECT_EQ(KindOfError(Exec(*db_, Write(kInsertOne))), Kind::kBusy);
  EXPECT_EQ(
      KindOfError(db_->Transact([](Transaction&) { return absl::OkStatus(); })),
      Kind::kBusy);
  // Readers do not mind.
  EXPECT_THAT(Query(*db_, kCount), ElementsAre("0"));
  Other("ROLLBACK");
  EXPECT_TRUE(Exec(*db_, Write(kInsertOne)).ok());
  EXPECT_THAT(Query(*db_, kCount), ElementsAre("1"));
}

TEST_F(LimitsTest, ALockedFileIsBusyForAllThatWait) {
  std::deque<Call> calls;
  for (int i = 0; i < 3; ++i) calls.emplace_back(Write(kInsertOne));
  Other("BEGIN IMMEDIATE");
  for (Call& call : calls) db_->Execute(call);
  for (Call& call : calls) EXPECT_EQ(KindOfError(call.Wait()), Kind::kBusy);
  Other("COMMIT");
  EXPECT_TRUE(Exec(*db_, Write(kInsertOne)).ok());
}

TEST_F(LimitsTest, WaitsForALockOnlyUntilTheDeadline) {
  options_.busy_timeout = absl::InfiniteDuration();
  Open();
  Other("BEGIN IMMEDIATE");
  EXPECT_EQ(KindOfError(RunFor(Write(kInsertOne), Limits(Soon()))),
            Kind::kTimeout);
  const Limits soon(Soon());
  EXPECT_EQ(KindOfError(db_->Transact(
                [](Transaction&) { return absl::OkStatus(); }, &soon)),
            Kind::kTimeout);
  std::deque<Call> calls;
  for (int i = 0; i < 3; ++i) calls.emplace_back(Write(kInsertOne), &soon);
  for (Call& call : calls) db_->Execute(call);
  for (Call& call : calls) {
    EXPECT_EQ(KindOfError(call.Wait()), Kind::kTimeout);
  }
  Other("COMMIT");
  EXPECT_TRUE(Exec(*db_, Write(kInsertOne)).ok());
}

TEST_F(LimitsTest, WaitsForALockThatIsReleased) {
  options_.busy_timeout = absl::InfiniteDuration();
  Open();
  Other("BEGIN IMMEDIATE");
  Call call(Write(kInsertOne));
  db_->Execute(call);
  absl::SleepFor(absl::Milliseconds(5));
  Other("COMMIT");
  EXPECT_TRUE(call.Wait().ok());
}

}  // namespace
}  // namespace modelservice::sqlite
