// Statements that would hold up a lane: they leave it.
#include "modelservice/base/clock.h"
#include "modelservice/db/postgres/lane_test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Less than what is slow takes, and more than others do on a busy machine.
constexpr absl::Duration kShort = absl::Seconds(2);

constexpr absl::string_view kSleep = "SELECT pg_sleep(4), 's'";
constexpr absl::string_view kUpdate =
    "UPDATE t SET n = n + 1 WHERE id = $1 RETURNING n";
constexpr absl::string_view kPlainUpdate =
    "UPDATE t SET n = n + 1 WHERE id = $1";

// With statements that the server keeps, in sessions of our own, and without.
class LaneDetourTest : public LanesTest,
                       public ::testing::WithParamInterface<bool> {
 protected:
  void Ready() override {
    options_.prepare = GetParam();
    options_.read_lanes = 1;
    options_.write_lanes = 1;
  }
  void Open() {
    Start(
        "CREATE TABLE t (id int PRIMARY KEY, n int);"
        "INSERT INTO t SELECT g, 0 FROM generate_series(0, 99) g");
  }
  static Statement ByKey(int id) {
    Statement statement =
        Sql("SELECT n FROM t WHERE id = $1", {Value::Integer(id)});
    statement.quick = true;
    return statement;
  }
  std::string Setting(bool writes, absl::string_view name) {
    const std::string sql = absl::StrCat("SHOW ", name);
    Call call(writes ? Write(sql) : Sql(sql));
    Execute(call);
    EXPECT_EQ(call.Wait(), absl::OkStatus());
    return call.rows.rows.at(0);
  }
};

TEST_P(LaneDetourTest, SlowReadsDoNotDelayOthers) {
  options_.read_lanes = 2;
  Open();
  const SteadyTime start = SteadyNow();
  Calls slow;
  slow.Add(Sql(kSleep));
  // One that works.
  slow.Add(
      Sql("SELECT count(*) FROM generate_series(1, 5000) a,"
          " generate_series(1, 10000) b"));
  slow.Add(Sql(kSleep));
  slow.Execute(*db_);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Run(ByKey(i)), absl::OkStatus());
  EXPECT_LT(Since(start), kShort);
  EXPECT_FALSE(slow[0].answered());
  for (size_t i = 0; i < slow.size(); ++i) {
    EXPECT_EQ(slow[i].Wait(), absl::OkStatus());
  }
  EXPECT_THAT(slow[0].rows.rows, ElementsAre(",s"));
  EXPECT_THAT(slow[1].rows.rows, ElementsAre("50000000"));
  EXPECT_THAT(slow[2].rows.rows, ElementsAre(",s"));
}

// The lane does not try again what is known.
TEST_P(LaneDetourTest, WhatIsKnownToBeSlowNeedsNoLane) {
  options_.slow_statement = kShort / 2;
  Open();
  Call first(Sql("SELECT pg_sleep($1)", {Value::Real(2)}));
  Execute(first);
  EXPECT_EQ(first.Wait(), absl::OkStatus());
  Calls slow;
  for (int i = 0; i < 5; ++i) {
    slow.Add(Sql("SELECT pg_sleep($1)", {Value::Real(2)}));
  }
  slow.Execute(*db_);
  const SteadyTime start = SteadyNow();
  EXPECT_EQ(Run(ByKey(1)), absl::OkStatus());
  EXPECT_LT(Since(start), kShort / 4);
  for (size_t i = 0; i < slow.size(); ++i) {
    EXPECT_EQ(slow[i].Wait(), absl::OkStatus());
  }
}

TEST_P(LaneDetourTest, SlowWritesDoNotDelayOthers) {
  Open();
  const SteadyTime start = SteadyNow();
  Calls slow;
  slow.Add(
      Write("UPDATE t SET n = n + 1 WHERE id = 0 AND"
            " pg_sleep(4) IS NOT NULL"));
  slow.Add(
      Write("UPDATE t SET n = n + 1 WHERE id = 99 AND"
            " pg_sleep(4) IS NOT NULL RETURNING n"));
  slow.Execute(*db_);
  for (int i = 1; i <= 20; ++i) {
    EXPECT_EQ(
        Run(Write(i % 2 == 0 ? kUpdate : kPlainUpdate, {Value::Integer(i)})),
        absl::OkStatus());
  }
  EXPECT_LT(Since(start), kShort);
  for (size_t i = 0; i < slow.size(); ++i) {
    EXPECT_EQ(slow[i].Wait(), absl::OkStatus());
    EXPECT_EQ(slow[i].outcome().changes, 1);
  }
  EXPECT_THAT(slow[1].rows.rows, ElementsAre("1"));
  EXPECT_THAT(DirectRows("SELECT count(*), sum(n) FROM t WHERE n > 0"),
              ElementsAre("22,22"));
}

// Ten that wait for one row, among many that need not.
TEST_P(LaneDetourTest, WritesThatWaitForARowDoNotDelayOthers) {
  Open();
  for (const absl::string_view sql : {kUpdate, kPlainUpdate}) {
    Direct("UPDATE t SET n = 0");
    Direct("BEGIN; UPDATE t SET n = 1000 WHERE id = 0");
    Calls waiting;
    Calls others;
    const SteadyTime start = SteadyNow();
    for (int i = 1; i <= 50; ++i) {
      if (i % 5 == 0) {
        db_->Execute(waiting.Add(Write(sql, {Value::Integer(0)})));
      }
      db_->Execute(others.Add(Write(sql, {Value::Integer(i)})));
    }
    for (size_t i = 0; i < others.size(); ++i) {
      EXPECT_EQ(others[i].Wait(), absl::OkStatus());
      EXPECT_EQ(others[i].outcome().changes, 1);
      EXPECT_THAT(others[i].rows.rows, SizeIs(sql == kUpdate ? 1 : 0));
    }
    // Those that come later do not wait for each of them again, either.
    for (int i = 51; i < 60; ++i) {
      db_->Execute(waiting.Add(Write(sql, {Value::Integer(0)})));
      EXPECT_EQ(Run(Write(sql, {Value::Integer(i)})), absl::OkStatus());
    }
    EXPECT_LT(Since(start), kShort);
    for (size_t i = 0; i < waiting.size(); ++i) {
      EXPECT_FALSE(waiting[i].answered());
    }
    Direct("COMMIT");
    for (size_t i = 0; i < waiting.size(); ++i) {
      EXPECT_EQ(waiting[i].Wait(), absl::OkStatus());
      EXPECT_EQ(waiting[i].outcome().changes, 1);
    }
    EXPECT_THAT(DirectRows("SELECT n FROM t WHERE id = 0"),
                ElementsAre("1019"));
    EXPECT_THAT(DirectRows("SELECT count(*), sum(n) FROM t WHERE n > 0 AND"
                           " id > 0"),
                ElementsAre("59,59"));
  }
}

// They are in one batch, and all that wait do so at once: for each of them
// alone as long as for the first would be too long.
TEST_P(LaneDetourTest, OneBatchOfWritesThatWaitAndThatDoNot) {
  options_.slow_statement = absl::Milliseconds(400);  // 200 for a lock
  Open();
  Direct("BEGIN; UPDATE t SET n = 1000 WHERE id = 0");
  Gate held, release;
  Call first(Write("SELECT 1"));
  first.before_done = [&] {
    held.Open();
    release.Wait();
  };
  Execute(first);
  held.Wait();
  Calls calls;
  for (int i = 0; i < 60; ++i) {
    calls.Add(Write(i % 4 < 2 ? kUpdate : kPlainUpdate,
                    {Value::Integer(i % 2 == 0 ? 0 : i)}));
  }
  calls.Execute(*db_);
  const SteadyTime start = SteadyNow();
  release.Open();
  for (size_t i = 1; i < calls.size(); i += 2) {
    EXPECT_EQ(calls[i].Wait(), absl::OkStatus());
    EXPECT_THAT(calls[i].rows.rows, SizeIs(i % 4 < 2 ? 1 : 0));
  }
  EXPECT_LT(Since(start), 2 * kShort);
  EXPECT_FALSE(calls[0].answered());
  Direct("COMMIT");
  for (size_t i = 0; i < calls.size(); i += 2) {
    EXPECT_EQ(calls[i].Wait(), absl::OkStatus());
    EXPECT_THAT(calls[i].rows.rows, SizeIs(i % 4 < 2 ? 1 : 0));
  }
  EXPECT_THAT(DirectRows("SELECT n FROM t WHERE id = 0"), ElementsAre("1030"));
  EXPECT_THAT(DirectRows("SELECT sum(n) FROM t WHERE id > 0"),
              ElementsAre("30"));
  EXPECT_EQ(first.Wait(), absl::OkStatus());
}

// A table that is being altered.
TEST_P(LaneDetourTest, WhatWaitsForATableDoesNotDelayOthers) {
  Open();
  Direct("CREATE TABLE u (id int PRIMARY KEY); INSERT INTO u VALUES (1)");
  for (const bool prepared : {false, true}) {
    Direct("BEGIN; LOCK TABLE u");
    const SteadyTime start = SteadyNow();
    Calls waiting;
    std::vector<std::string> texts;
    for (int i = 0; i < 5; ++i) {
      texts.push_back(absl::StrCat("SELECT id, ", i, " FROM u"));
      texts.push_back(absl::StrCat(texts.back(), " FOR UPDATE"));
    }
    for (size_t i = 0; i < texts.size(); ++i) {
      waiting.Add(i % 2 == 0 ? Sql(texts[i]) : Write(texts[i]));
    }
    waiting.Execute(*db_);
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(Run(ByKey(i)), absl::OkStatus());
      EXPECT_EQ(Run(Write(kUpdate, {Value::Integer(i)})), absl::OkStatus());
    }
    EXPECT_LT(Since(start), kShort) << prepared;
    EXPECT_FALSE(waiting[0].answered());
    Direct("COMMIT");
    for (size_t i = 0; i < waiting.size(); ++i) {
      EXPECT_EQ(waiting[i].Wait(), absl::OkStatus());
      EXPECT_THAT(waiting[i].rows.rows, ElementsAre(absl::StrCat("1,", i / 2)));
    }
  }
}

// With its commit it waits for the row that it refers to.
TEST_P(LaneDetourTest, ACommitThatWaits) {
  Open();
  Direct(
      "CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES t"
      "  DEFERRABLE INITIALLY DEFERRED)");
  Direct("BEGIN; DELETE FROM t WHERE id = 5");
  Calls calls;
  for (int i = 0; i < 10; ++i) {
    calls.Add(Write("INSERT INTO child VALUES ($1, $1)", {Value::Integer(i)}));
  }
  calls.Execute(*db_);
  for (size_t i = 0; i < calls.size(); ++i) {
    if (i == 5) continue;
    EXPECT_EQ(calls[i].Wait(), absl::OkStatus()) << i;
  }
  EXPECT_FALSE(calls[5].answered());
  Direct("COMMIT");
  EXPECT_EQ(KindOfError(calls[5].Wait()), Kind::kForeignKey);
  EXPECT_THAT(DirectRows("SELECT id FROM child"), SizeIs(9));
}

TEST_P(LaneDetourTest, WhatIsAskedOfALaneIsAskedOnTheDetour) {
  Open();
  // A refused row undoes its write.
  Call refused(
      Write("UPDATE t SET n = 7 WHERE pg_sleep(0.3) IS NOT NULL AND id = 1"
            " RETURNING n"));
  refused.rows.refuse = 0;
  Execute(refused);
  EXPECT_EQ(refused.Wait(), absl::FailedPreconditionError("no more"));
  EXPECT_THAT(DirectRows("SELECT n FROM t WHERE id = 1"), ElementsAre("0"));
  // Errors are told.
  EXPECT_EQ(KindOfError(Run(Sql("SELECT 1 / 0 FROM pg_sleep(0.3)"))),
            Kind::kValue);
  EXPECT_EQ(
      KindOfError(Run(Write("INSERT INTO t SELECT 1 FROM pg_sleep(0.3)"))),
      Kind::kUnique);
  // Limits count.
  const Limits soon(After(absl::Milliseconds(500)));
  for (const bool writes : {false, true}) {
    Call late(writes ? Write(kSleep) : Sql(kSleep), &soon);
    Execute(late);
    EXPECT_EQ(KindOfError(late.Wait()), Kind::kTimeout);
    Limits limits;
    Call cancelled(writes ? Write(kSleep) : Sql(kSleep), &limits);
    Execute(cancelled);
    AwaitRunning("%pg_sleep(4)%");
    limits.Cancel();
    EXPECT_EQ(KindOfError(cancelled.Wait()), Kind::kCancelled);
  }
}

// While it waits for others it has no other lock, but it may wait for ever.
TEST_P(LaneDetourTest, AWriteHasAnEnd) {
  options_.max_write_time = absl::Milliseconds(300);
  Open();
  Direct("BEGIN; UPDATE t SET n = 1000 WHERE id = 0");
  const absl::Status status = Run(Write(kUpdate, {Value::Integer(0)}));
  EXPECT_EQ(KindOfError(status), Kind::kTooLong);
  EXPECT_THAT(std::string(status.message()), HasSubstr("max_write_time"));
  Direct("COMMIT");
}

// What was set for some statements of a lane is set for no others, and, where
// sessions are shared, for nobody else.
TEST_P(LaneDetourTest, SettingsAreTakenBack) {
  Open();
  Direct("BEGIN; UPDATE t SET n = 1000 WHERE id = 0");
  Call waiting(Write(kPlainUpdate, {Value::Integer(0)}));
  Execute(waiting);
  // Soon it has little patience, and then some more again.
  for (const SteadyTime until = After(absl::Seconds(1.5));
       SteadyNow() < until;) {
    for (const bool writes : {false, true}) {
      const std::string lock = Setting(writes, "lock_timeout");
      EXPECT_TRUE(lock == "50ms" || (writes && lock == "5ms")) << lock;
      EXPECT_EQ(Setting(writes, "statement_timeout"), "100ms");
      EXPECT_EQ(KindOfError(Run(Write("SELECT 1 / 0"))), Kind::kValue);
    }
  }
  EXPECT_EQ(Setting(true, "lock_timeout"), "50ms");
  Direct("COMMIT");
  EXPECT_EQ(waiting.Wait(), absl::OkStatus());
}

TEST_P(LaneDetourTest, HasABound) {
  options_.pool_max = 2;  // and so one on the detour
  options_.max_queue = 1;
  Open();
  const std::string sql = absl::StrCat(kSleep, " WHERE $1::int > 0");
  Limits limits;
  Calls calls;
  for (int i = 1; i <= 3; ++i) {
    Call& call = calls.Add(Sql(sql, {Value::Integer(i)}), &limits);
    Execute(call);
    // It has left the lane.
    if (i == 1) AwaitRunning("%pg_sleep(4)%");
    EXPECT_EQ(Run(ByKey(i)), absl::OkStatus());
  }
  const absl::Status& status = calls[2].Wait();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("max_queue"));
  // Transactions have a place.
  EXPECT_TRUE(
      db_->Transact([](Transaction&) { return absl::OkStatus(); }).ok());
  limits.Cancel();
  calls[0].Wait();
  calls[1].Wait();
}

TEST_P(LaneDetourTest, ALostConnectionIsReplacedForReads) {
  Open();
  Call call(Sql("SELECT pg_sleep(1), 'x'"));
  Execute(call);
  absl::SleepFor(absl::Milliseconds(300));
  Kill("%pg_sleep(1)%");
  EXPECT_EQ(call.Wait(), absl::OkStatus());
  EXPECT_THAT(call.rows.rows, ElementsAre(",x"));
  EXPECT_EQ(KindOfError(Run(Sql("SELECT pg_sleep(0.3),"
                                " pg_terminate_backend(pg_backend_pid())"))),
            Kind::kConnection);
}

TEST_P(LaneDetourTest, CloseFinishesIt) {
  Open();
  Calls calls;
  calls.Add(Sql("SELECT pg_sleep(1)"));
  calls.Add(
      Write("UPDATE t SET n = 5 WHERE id = 1 AND pg_sleep(1) IS NOT NULL"));
  calls.Execute(*db_);
  db_->Close();
  EXPECT_TRUE(calls[0].answered());
  EXPECT_EQ(calls[0].Wait(), absl::OkStatus());
  EXPECT_EQ(calls[1].Wait(), absl::OkStatus());
  EXPECT_THAT(DirectRows("SELECT n FROM t WHERE id = 1"), ElementsAre("5"));
  EXPECT_EQ(KindOfError(Run(Sql("SELECT pg_sleep(1)"))), Kind::kConnection);
}

INSTANTIATE_TEST_SUITE_P(Sessions, LaneDetourTest, ::testing::Bool(),
                         [](const auto& prepare) {
                           return std::string(prepare.param ? "Own" : "Shared");
                         });

}  // namespace
}  // namespace modelservice::postgres
