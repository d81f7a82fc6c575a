// Reads of threads that wait for them: on an idle connection of the pool.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "modelservice/db/postgres/lane_test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReadHereTest : public LanesTest {
 protected:
  static absl::Status Read(Transaction& transaction, absl::string_view sql,
                           Rows* rows) {
    Statement statement = Sql(sql);
    return transaction.Execute(statement, *rows).status();
  }

  static constexpr const char* kPid = "SELECT pg_backend_pid()";

  // With one connection in the pool, whose session this returns.
  std::string StartWithPool() {
    Start("CREATE TABLE t (v INTEGER)");
    Rows rows;
    EXPECT_EQ(db_->Read([&](Transaction& transaction) {
      return Read(transaction, kPid, &rows);
    }),
              absl::OkStatus());
    return rows.rows.at(0);
  }
  std::string Terminate(const std::string& pid) {
    return DirectRows(
        absl::StrCat("SELECT pg_terminate_backend(", pid, ", 10000)"))[0];
  }
};

TEST_F(ReadHereTest, TakesWhatIsIdle) {
  const std::string pid = StartWithPool();
  EXPECT_THAT(Query(*db_, kPid), ElementsAre(pid));
  EXPECT_NE(LaneQuery(*db_, kPid)[0], pid);
  // A body has it.
  EXPECT_EQ(db_->Read([&](Transaction&) {
    std::string there;
    std::thread beside([&] { there = Query(*db_, kPid)[0]; });
    beside.join();
    EXPECT_NE(there, pid);
    EXPECT_THAT(Query(*db_, kPid), ElementsAre(pid));
    return absl::OkStatus();
  }),
            absl::OkStatus());
}

TEST_F(ReadHereTest, AWriteIsALanes) {
  const std::string pid = StartWithPool();
  Rows rows;
  EXPECT_EQ(db_->Run(Write(kPid), rows).status(), absl::OkStatus());
  EXPECT_NE(rows.rows.at(0), pid);
}

TEST_F(ReadHereTest, TheLostOnesAreReplaced) {
  std::string pid = StartWithPool();
  EXPECT_EQ(Terminate(pid), "1");
  EXPECT_NE(Query(*db_, kPid)[0], pid);

  // While it reads.
  pid = Query(*db_, kPid)[0];
  Rows rows;
  std::thread beside([&] {
    AwaitRunning("%pg_sleep(0.5)%");
    Kill("%pg_sleep(0.5)%");
  });
  EXPECT_EQ(
      db_->Run(Sql("SELECT pg_sleep(0.5), pg_backend_pid()"), rows).status(),
      absl::OkStatus());
  beside.join();
  EXPECT_EQ(rows.restarts, 1);
  ASSERT_EQ(rows.rows.size(), 1u);
  EXPECT_NE(rows.rows[0], absl::StrCat(",", pid));

  // What ends every connection is an error.
  EXPECT_EQ(
      KindOfError(Exec(
          *db_, Sql("SELECT pg_terminate_backend(pg_backend_pid(), 10000)"))),
      Kind::kConnection);
  EXPECT_THAT(Query(*db_, "SELECT 1"), ElementsAre("1"));
}

TEST_F(ReadHereTest, FaultsAreTold) {
  const std::string pid = StartWithPool();
  EXPECT_EQ(KindOfError(Exec(*db_, Sql("SELECT 1 / 0"))), Kind::kValue);
  Rows rows;
  rows.refuse = 1;
  EXPECT_TRUE(absl::IsFailedPrecondition(
      db_->Run(Sql("SELECT generate_series(1, 3)"), rows).status()));
  // A type that has changed since it was prepared.
  EXPECT_THAT(Query(*db_, "SELECT * FROM t"), IsEmpty());
  Direct("ALTER TABLE t ALTER v TYPE text; INSERT INTO t VALUES ('x')");
  EXPECT_THAT(Query(*db_, "SELECT * FROM t"), ElementsAre("x"));
  EXPECT_THAT(Query(*db_, kPid), ElementsAre(pid));
}

TEST_F(ReadHereTest, LimitsEndIt) {
  const std::string pid = StartWithPool();
  Rows rows;
  const Limits soon(After(absl::Milliseconds(100)));
  EXPECT_EQ(
      KindOfError(db_->Run(Sql("SELECT pg_sleep(60)"), rows, &soon).status()),
      Kind::kTimeout);
  Limits cancelled;
  std::thread beside([&] {
    AwaitRunning("%pg_sleep(61)%");
    cancelled.Cancel();
  });
  EXPECT_EQ(
      KindOfError(
          db_->Run(Sql("SELECT pg_sleep(61)"), rows, &cancelled).status()),
      Kind::kCancelled);
  beside.join();
  EXPECT_THAT(Query(*db_, kPid), ElementsAre(pid));
}

TEST_F(ReadHereTest, ManyThreadsAndClose) {
  options_.read_lanes = 2;
  options_.pool_max = 3;
  Start("CREATE TABLE t (v INTEGER); INSERT INTO t VALUES (7)");
  std::vector<std::thread> threads;
  std::atomic<int> read = 0;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&, i] {
      while (true) {
        Rows rows;
        const absl::Status status =
            i % 4 == 0 ? db_->Read([&](Transaction& transaction) {
              return Read(transaction, "SELECT v FROM t", &rows);
            })
                       : db_->Run(Sql("SELECT v FROM t"), rows).status();
        if (!status.ok()) {
          EXPECT_EQ(KindOfError(status), Kind::kConnection) << status;
          return;
        }
        EXPECT_THAT(rows.rows, ElementsAre("7"));
        ++read;
      }
    });
  }
  while (read < 2000) absl::SleepFor(absl::Milliseconds(1));
  db_->Close();
  for (std::thread& thread : threads) thread.join();
}

TEST_F(ReadHereTest, CloseWaitsForIt) {
  StartWithPool();
  Rows rows;
  absl::Status status;
  std::thread beside([&] {
    status = db_->Run(Sql("SELECT pg_sleep(0.5), 'x'"), rows).status();
  });
  AwaitRunning("%pg_sleep(0.5)%");
  db_->Close();
  beside.join();
  EXPECT_EQ(status, absl::OkStatus());
  EXPECT_THAT(rows.rows, ElementsAre(",x"));
  EXPECT_EQ(KindOfError(Exec(*db_, Sql("SELECT 1"))), Kind::kConnection);
}

}  // namespace
}  // namespace modelservice::postgres
