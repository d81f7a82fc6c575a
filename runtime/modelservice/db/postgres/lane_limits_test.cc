// Deadlines, cancellations and slow statements in lanes.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/postgres/lane_test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Long enough for a test to hang rather than to pass by chance.
constexpr absl::string_view kSleep = "SELECT pg_sleep(600)";

class LaneLimitsTest : public LanesTest {
 protected:
  void Open(int lanes) {
    options_.read_lanes = lanes;
    options_.write_lanes = lanes;
    LetLanesWait();
    Start("CREATE TABLE t (id int PRIMARY KEY, name text)");
  }
  void AwaitNothingRuns() {
    Await(
        "SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE"
        " datname = current_database() AND state = 'active' AND"
        " pid <> pg_backend_pid())");
  }
};

TEST_F(LaneLimitsTest, WhatIsTooLateBeforeItStartsIsNotRun) {
  Open(1);
  const Limits late(After(-absl::Seconds(1)));
  Limits cancelled;
  cancelled.Cancel();
  Calls calls;
  calls.Add(Write("INSERT INTO t VALUES (1)"), &late);
  calls.Add(Write("INSERT INTO t VALUES (2)"), &cancelled);
  calls.Add(Write("INSERT INTO t VALUES (3)"));
  calls.Execute(*db_);
  EXPECT_EQ(KindOfError(calls[0].Wait()), Kind::kTimeout);
  EXPECT_EQ(KindOfError(calls[1].Wait()), Kind::kCancelled);
  EXPECT_EQ(calls[2].Wait(), absl::OkStatus());
  EXPECT_THAT(DirectRows("SELECT id FROM t"), ElementsAre("3"));
}

TEST_F(LaneLimitsTest, WhatGaveUpWhileItWaitedIsNotRun) {
  Open(1);
  Direct("BEGIN; LOCK TABLE t IN EXCLUSIVE MODE");
  Call first(Write("INSERT INTO t VALUES (-1)"));
  Execute(first);
  AwaitRunning("INSERT INTO t VALUES (-1)");
  Limits limits;
  Calls calls;
  for (int i = 0; i < 2000; ++i) {
    calls.Add(Write(absl::StrCat("INSERT INTO t VALUES (", i, ")")), &limits);
  }
  calls.Execute(*db_);
  Call last(Write("INSERT INTO t VALUES (-2)"));
  Execute(last);
  limits.Cancel();
  Direct("COMMIT");
  EXPECT_EQ(last.Wait(), absl::OkStatus());
  for (size_t i = 0; i < calls.size(); ++i) {
    ASSERT_EQ(KindOfError(calls[i].Wait()), Kind::kCancelled);
  }
  EXPECT_EQ(first.Wait(), absl::OkStatus());
  EXPECT_THAT(DirectRows("SELECT id FROM t ORDER BY id"),
              ElementsAre("-2", "-1"));
}

TEST_F(LaneLimitsTest, ADeadlineEndsAReadAmongOthers) {
  Open(1);
  const Limits soon(After(absl::Milliseconds(200)));
  Calls calls;
  calls.Add(Sql("SELECT 1"));
  calls.Add(Sql(kSleep), &soon);
  calls.Add(Sql("SELECT 3"));
  calls.Execute(*db_);
  EXPECT_EQ(KindOfError(calls[1].Wait()), Kind::kTimeout);
  EXPECT_EQ(calls[0].Wait(), absl::OkStatus());
  EXPECT_EQ(calls[2].Wait(), absl::OkStatus());
  EXPECT_THAT(calls[2].rows.rows, ElementsAre("3"));
  AwaitNothingRuns();
}

TEST_F(LaneLimitsTest, ACancellationEndsAWriteAmongOthers) {
  Open(1);
  // One batch: the lane is busy while these come.
  Direct("BEGIN; LOCK TABLE t IN EXCLUSIVE MODE");
  Call first(Write("INSERT INTO t VALUES (0)"));
  Execute(first);
  AwaitRunning("INSERT INTO t VALUES (0)");
  Limits limits;
  Calls calls;
  calls.Add(Write("INSERT INTO t VALUES (1) RETURNING id"));
  calls.Add(Write("INSERT INTO t SELECT 2 FROM pg_sleep(600) RETURNING id"),
            &limits);
  calls.Add(Write("INSERT INTO t VALUES (3) RETURNING id"));
  calls.Execute(*db_);
  Direct("COMMIT");
  AwaitRunning("%pg_sleep(600)%");
  limits.Cancel();
  EXPECT_EQ(KindOfError(calls[1].Wait()), Kind::kCancelled);
  EXPECT_EQ(calls[0].Wait(), absl::OkStatus());
  EXPECT_EQ(calls[2].Wait(), absl::OkStatus());
  EXPECT_THAT(calls[0].rows.rows, ElementsAre("1"));
  EXPECT_THAT(DirectRows("SELECT id FROM t ORDER BY id"),
              ElementsAre("0", "1", "3"));
  AwaitNothingRuns();
}

// The one that is too late stands behind one that has all the time, sooner than
// the lane sets that one apart.
TEST_F(LaneLimitsTest, ADeadlineBehindASlowNeighbour) {
  for (const bool writes : {false, true}) {
    SCOPED_TRACE(writes);
    Open(1);
    Direct("SELECT pg_advisory_lock(1)");
    const absl::string_view slow_sql =
        "SELECT 1 FROM pg_advisory_xact_lock_shared(1)";
    // The lane is held so that the two below are one batch.
    Direct("BEGIN; LOCK TABLE t");
    Call first(writes ? Write("INSERT INTO t VALUES (0)")
                      : Sql("SELECT 0 FROM t LIMIT 0"));
    Execute(first);
    AwaitRunning(first.statement.text);
    Call slow(writes ? Write(slow_sql) : Sql(slow_sql));
    const Limits soon(After(absl::Milliseconds(50)));
    Call late(writes ? Write("SELECT 2") : Sql("SELECT 2"), &soon);
    Execute(slow);
    Execute(late);
    Direct("COMMIT");
    EXPECT_EQ(KindOfError(late.Wait()), Kind::kTimeout);
    EXPECT_FALSE(slow.answered());
    EXPECT_THAT(late.rows.rows, IsEmpty());
    Direct("SELECT pg_advisory_unlock(1)");
    EXPECT_EQ(slow.Wait(), absl::OkStatus());
    EXPECT_THAT(slow.rows.rows, ElementsAre("1"));
    EXPECT_EQ(first.Wait(), absl::OkStatus());
    db_ = nullptr;
    Direct("DROP TABLE t");
  }
}

TEST_F(LaneLimitsTest, ASlowStatementHoldsUpNobodyWhileALaneIsFree) {
  Open(2);
  Limits limits;
  Call slow_read(Sql(kSleep), &limits);
  Call slow_write(Write(kSleep), &limits);
  Execute(slow_read);
  Execute(slow_write);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(Run(Sql("SELECT 1")), absl::OkStatus());
    EXPECT_EQ(Run(Write("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING")),
              absl::OkStatus());
  }
  EXPECT_FALSE(slow_read.answered());
  limits.Cancel();
  EXPECT_EQ(KindOfError(slow_read.Wait()), Kind::kCancelled);
  EXPECT_EQ(KindOfError(slow_write.Wait()), Kind::kCancelled);
}

// In one batch, and nobody knows yet that one of them is slow.
TEST_F(LaneLimitsTest, ASlowStatementHoldsUpNotEvenItsBatch) {
  for (const bool writes : {false, true}) {
    SCOPED_TRACE(writes);
    Open(1);
    const auto make = [writes](absl::string_view sql) {
      return writes ? Write(sql) : Sql(sql);
    };
    Direct("BEGIN; LOCK TABLE t");
    Call first(make("SELECT id FROM t"));
    Execute(first);
    AwaitRunning(first.statement.text);
    Limits limits;
    Calls calls;
    calls.Add(make("SELECT 1"));
    calls.Add(make(kSleep), &limits);
    calls.Add(make("SELECT 3"));
    calls.Execute(*db_);
    Direct("COMMIT");
    EXPECT_EQ(calls[0].Wait(), absl::OkStatus());
    EXPECT_EQ(calls[2].Wait(), absl::OkStatus());
    EXPECT_FALSE(calls[1].answered());
    limits.Cancel();
    EXPECT_EQ(KindOfError(calls[1].Wait()), Kind::kCancelled);
    EXPECT_EQ(first.Wait(), absl::OkStatus());
    db_ = nullptr;
    Direct("DROP TABLE t");
  }
}

TEST_F(LaneLimitsTest, LimitsCountWhileAllLanesAreBusy) {
  Open(1);
  Limits limits;
  Call slow(Sql(kSleep), &limits);
  Execute(slow);
  AwaitRunning("%pg_sleep(600)%");
  const Limits soon(After(absl::Milliseconds(50)));
  Call late(Sql("SELECT 1"), &soon);
  Execute(late);
  EXPECT_EQ(KindOfError(late.Wait()), Kind::kTimeout);
  EXPECT_FALSE(slow.answered());
  limits.Cancel();
  EXPECT_EQ(KindOfError(slow.Wait()), Kind::kCancelled);
}

TEST_F(LaneLimitsTest, AStatementThatWaitsToBePrepared) {
  Open(1);
  Direct("BEGIN; LOCK TABLE t");
  const Limits soon(After(absl::Milliseconds(100)));
  Call late(Sql("SELECT id FROM t"), &soon);
  Execute(late);
  EXPECT_EQ(KindOfError(late.Wait()), Kind::kTimeout);
  EXPECT_EQ(Run(Sql("SELECT 1")), absl::OkStatus());
  Direct("COMMIT");
}

TEST_F(LaneLimitsTest, DeadlocksAreNobodysError) {
  options_.max_batch = 16;
  absl::StrAppend(&options_.connection,
                  absl::StrContains(options_.connection, '?') ? "&" : "?",
                  "options=-c%20deadlock_timeout%3D10ms");
  Open(2);
  Direct("INSERT INTO t SELECT g FROM generate_series(0, 49) g");
  // Half of them go through the rows upward, half downward, slowly enough to
  // keep both lanes busy.
  Calls calls;
  for (int i = 0; i < 300; ++i) {
    const int row = i / 16 % 2 == 0 ? i % 50 : 49 - i % 50;
    calls.Add(
        Write("UPDATE t SET name = concat(name, 'x') WHERE id = $1"
              " AND pg_sleep(0.002) IS NOT NULL",
              {Value::Integer(row)}));
  }
  calls.Execute(*db_);
  for (size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(calls[i].Wait(), absl::OkStatus()) << i;
  }
  EXPECT_THAT(DirectRows("SELECT sum(length(name)) FROM t"),
              ElementsAre("300"));
  EXPECT_THAT(cluster_->log(), HasSubstr("deadlock detected"));
}

TEST_F(LaneLimitsTest, WithoutPreparedStatements) {
  options_.prepare = false;
  Open(1);
  Calls calls;
  for (int i = 0; i < 50; ++i) {
    calls.Add(Write("INSERT INTO t VALUES ($1, $2) RETURNING id",
                    {Value::Integer(i == 7 ? 6 : i), Value::Text("a")}));
  }
  calls.Execute(*db_);
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i == 7 || (i == 6 && !calls[i].Wait().ok())) {
      continue;  // one of the two
    }
    EXPECT_EQ(calls[i].Wait(), absl::OkStatus());
    EXPECT_THAT(calls[i].rows.rows, ElementsAre(absl::StrCat(i)));
  }
  EXPECT_NE(calls[6].Wait().ok(), calls[7].Wait().ok());
  for (const bool writes : {false, true}) {
    Call left(writes ? Write("SELECT count(*) FROM pg_prepared_statements")
                     : Sql("SELECT count(*) FROM pg_prepared_statements"));
    Execute(left);
    EXPECT_EQ(left.Wait(), absl::OkStatus());
    EXPECT_THAT(left.rows.rows, ElementsAre("0"));
  }
  Direct("ALTER TABLE t ALTER COLUMN id TYPE bigint");
  EXPECT_EQ(Run(Write("INSERT INTO t VALUES ($1, $2) RETURNING id",
                      {Value::Integer(77), Value::Text("a")})),
            absl::OkStatus());
}

TEST_F(LaneLimitsTest, KeepsNoMoreStatementsThanAsked) {
  options_.max_statements = 10;
  Open(1);
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(Run(Sql(absl::StrCat("SELECT ", i))), absl::OkStatus());
  }
  Call count(Sql("SELECT count(*) <= 12 FROM pg_prepared_statements"));
  Execute(count);
  EXPECT_EQ(count.Wait(), absl::OkStatus());
  EXPECT_THAT(count.rows.rows, ElementsAre("1"));
}

}  // namespace
}  // namespace modelservice::postgres
