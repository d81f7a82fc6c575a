// Lanes whose connections end.
#include <signal.h>

#include "absl/strings/numbers.h"
#include "modelservice/db/postgres/lane_test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LaneLossTest : public LanesTest {
 protected:
  void Ready() override {
    options_.read_lanes = 1;
    options_.write_lanes = 1;
    LetLanesWait();
    Start("CREATE TABLE t (id int PRIMARY KEY, name text)");
  }
};

TEST_F(LaneLossTest, AReadInFlightIsRunAgain) {
  Direct("BEGIN; LOCK TABLE t");
  Calls calls;
  calls.Add(Sql("SELECT 1"));
  calls.Add(Sql("SELECT count(*) FROM t"));
  calls.Add(Sql("SELECT 3"));
  calls.Execute(*db_);
  AwaitRunning("%FROM t");
  Kill("%FROM t");
  Direct("COMMIT");
  for (size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(calls[i].Wait(), absl::OkStatus()) << i;
  }
  EXPECT_THAT(calls[1].rows.rows, ElementsAre("0"));
  EXPECT_THAT(calls[2].rows.rows, ElementsAre("3"));
}

TEST_F(LaneLossTest, AWriteInFlightIsInDoubt) {
  // Known to the lane, so that it waits in its execution.
  const absl::string_view insert = "INSERT INTO t VALUES ($1, 'a')";
  EXPECT_EQ(Run(Write(insert, {Value::Integer(1)})), absl::OkStatus());
  Direct("BEGIN; LOCK TABLE t");
  Call in_flight(Write(insert, {Value::Integer(2)}));
  Execute(in_flight);
  AwaitRunning("INSERT%");
  Call waiting(Write(insert, {Value::Integer(3)}));
  Execute(waiting);
  Kill("INSERT%");
  const absl::Status& status = in_flight.Wait();
  EXPECT_EQ(KindOfError(status), Kind::kConnection);
  EXPECT_THAT(std::string(status.message()), HasSubstr("written, or not"));
  Direct("COMMIT");
  EXPECT_EQ(waiting.Wait(), absl::OkStatus());
  EXPECT_THAT(DirectRows("SELECT id FROM t ORDER BY id"),
              ElementsAre("1", "3"));
}

// Its rows are not taken yet, so that nothing can be committed.
TEST_F(LaneLossTest, AWriteBeforeItsCommitIsRunAgain) {
  const absl::string_view insert =
      "INSERT INTO t VALUES ($1, 'a') RETURNING id";
  EXPECT_EQ(Run(Write(insert, {Value::Integer(1)})), absl::OkStatus());
  Direct("BEGIN; LOCK TABLE t");
  Call call(Write(insert, {Value::Integer(2)}));
  Execute(call);
  AwaitRunning("INSERT%");
  Kill("INSERT%");
  Direct("COMMIT");
  EXPECT_EQ(call.Wait(), absl::OkStatus());
  EXPECT_THAT(call.rows.rows, ElementsAre("2"));
}

TEST_F(LaneLossTest, WhatEndsConnectionsEndsNotForEver) {
  Call call(Sql("SELECT pg_terminate_backend(pg_backend_pid())"));
  Execute(call);
  EXPECT_EQ(KindOfError(call.Wait()), Kind::kConnection);
  EXPECT_EQ(Run(Sql("SELECT 1")), absl::OkStatus());
}

TEST_F(LaneLossTest, IdleConnectionsThatEndAreNobodysError) {
  for (int i = 0; i < 20; ++i) {
    Kill("SELECT 1");
    EXPECT_EQ(Run(Sql("SELECT 1")), absl::OkStatus());
    EXPECT_EQ(Run(Write("SELECT 1")), absl::OkStatus());
  }
}

// Neither the statement nor its cancellation gets an answer.
TEST_F(LaneLossTest, AServerThatHangs) {
  const Limits soon(After(absl::Milliseconds(500)));
  Call call(Sql("SELECT pg_sleep(600)"), &soon);
  Execute(call);
  AwaitRunning("%pg_sleep(600)");
  const std::vector<std::string> processes = DirectRows(
      "SELECT pid FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'"
      " AND datname = current_database()");
  ASSERT_EQ(processes.size(), 1u);
  int process = 0;
  ASSERT_TRUE(absl::SimpleAtoi(processes[0], &process));
  ASSERT_EQ(kill(process, SIGSTOP), 0);
  EXPECT_EQ(KindOfError(call.Wait()), Kind::kTimeout);
  EXPECT_EQ(Run(Sql("SELECT 1")), absl::OkStatus());
  EXPECT_EQ(kill(process, SIGCONT), 0);
}

// A server of its own, for it stops.
class LaneRestartTest : public LanesTest {
 protected:
  void Ready() override {
    absl::StatusOr<std::unique_ptr<PostgresCluster>> own =
        PostgresCluster::Start();
    ASSERT_TRUE(own.ok()) << own.status();
    own_ = *std::move(own);
    absl::StatusOr<std::string> url = own_->NewDatabase();
    ASSERT_TRUE(url.ok()) << url.status();
    options_.connection = *std::move(url);
  }
  ~LaneRestartTest() override { db_ = nullptr; }

  std::unique_ptr<PostgresCluster> own_;
};

TEST_F(LaneRestartTest, CallsThatHadNotStartedSeeNothing) {
  options_.pool_wait = absl::Minutes(10);
  Start();
  for (const auto shutdown :
       {PostgresCluster::Shutdown::kFast, PostgresCluster::Shutdown::kImmediate,
        PostgresCluster::Shutdown::kKill}) {
    own_->Stop(shutdown);
    Calls calls;
    for (int i = 0; i < 10; ++i) {
      calls.Add(Sql("SELECT 1"));
      calls.Add(Write("SELECT 1"));
    }
    calls.Execute(*db_);
    const absl::Status resumed = own_->Resume();
    ASSERT_TRUE(resumed.ok()) << resumed;
    for (size_t i = 0; i < calls.size(); ++i) {
      EXPECT_EQ(calls[i].Wait(), absl::OkStatus());
    }
  }
}

TEST_F(LaneRestartTest, WaitingForTheServerEnds) {
  options_.pool_wait = absl::Milliseconds(200);
  Start();
  own_->Stop(PostgresCluster::Shutdown::kFast);
  const Limits soon(After(absl::Milliseconds(100)));
  Limits cancelled;
  Call late(Sql("SELECT 1"), &soon);
  Call gone(Write("SELECT 1"), &cancelled);
  Call patient(Sql("SELECT 1"));
  Execute(late);
  Execute(gone);
  Execute(patient);
  cancelled.Cancel();
  EXPECT_EQ(KindOfError(late.Wait()), Kind::kTimeout);
  EXPECT_EQ(KindOfError(gone.Wait()), Kind::kCancelled);
  EXPECT_EQ(KindOfError(patient.Wait()), Kind::kConnection);
}

TEST_F(LaneRestartTest, CloseDoesNotWaitForAServerThatIsAway) {
  options_.pool_wait = absl::Minutes(10);
  Start();
  own_->Stop(PostgresCluster::Shutdown::kFast);
  Call call(Sql("SELECT 1"));
  Execute(call);
  db_->Close();
  EXPECT_EQ(KindOfError(call.Wait()), Kind::kConnection);
}

}  // namespace
}  // namespace modelservice::postgres
