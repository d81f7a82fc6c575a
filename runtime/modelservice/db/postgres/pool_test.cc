// The pool: places, waiting for them, idle and dead connections, closing.
#include <thread>

#include "modelservice/db/postgres/connection_pool.h"
#include "modelservice/db/postgres/test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PoolTest : public PostgresTest {
 protected:
  void Ready() override { options_.pool_max = 2; }

  // Has a place of the pool until it goes.
  class Holder {
   public:
    explicit Holder(Database& db) {
      call_.Write(db, [this](Transaction&) {
        started_.Open();
        release_.Wait();
        return absl::OkStatus();
      });
      started_.Wait();
    }
    ~Holder() {
      release_.Open();
      EXPECT_TRUE(call_.Wait().ok()) << call_.Wait();
    }

   private:
    Gate started_, release_;
    BodyCall call_;
  };

  static absl::Status SelectOne(Transaction& tx) {
    Statement one = Sql("SELECT 1");
    Rows rows;
    return tx.Execute(one, rows).status();
  }
  // The connections of the pool, which alone run in transactions of their own.
  int Connections() {
    return std::stoi(
        LaneQuery(*db_,
                  "SELECT count(*) FROM pg_stat_activity WHERE datname ="
                  " current_database() AND query LIKE '%COMMIT'")[0]);
  }
};

TEST_F(PoolTest, CallersThatWaitAreServedInOrder) {
  options_.pool_max = 1;
  const std::shared_ptr<ConnectionPool> pool = ConnectionPool::Make(options_);
  std::vector<size_t> order;
  std::vector<std::thread> threads;
  {
    const absl::StatusOr<ConnectionPool::Lease> first = pool->Take(nullptr);
    for (size_t i = 0; i < 10; ++i) {
      threads.emplace_back([&, i] {
        const absl::StatusOr<ConnectionPool::Lease> lease = pool->Take(nullptr);
        EXPECT_TRUE(lease.ok()) << lease.status();
        order.push_back(i);  // who has the place is alone
      });
      while (pool->waiting() <= i) absl::SleepFor(absl::Milliseconds(1));
    }
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  pool->Close();
}

TEST_F(PoolTest, GivesUpAfterPoolWait) {
  options_.pool_wait = absl::Milliseconds(50);
  Open();
  const Holder first(*db_), second(*db_);
  const absl::Status status = db_->Read(SelectOne);
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("All 2 connections of the pool are in use (pool_max)"));
  // Cursors wait in the same line.
  auto cursor = db_->Open(Sql("SELECT 1"), nullptr);
  ASSERT_TRUE(cursor.ok());
  Rows rows;
  bool more = false;
  EXPECT_EQ(FetchInto(**cursor, 1, &rows, &more), status);
  // Single statements do not need the pool.
  EXPECT_THAT(Query(*db_, "SELECT 1"), ElementsAre("1"));
}

TEST_F(PoolTest, LimitsEndTheWait) {
  options_.pool_wait = absl::Hours(1);
  Open();
  const Holder first(*db_), second(*db_);
  const Limits late(After(absl::Milliseconds(50)));
  EXPECT_EQ(KindOfError(db_->Read(SelectOne, &late)), Kind::kTimeout);
  Limits cancelled;
  BodyCall call;
  call.Read(*db_, SelectOne, &cancelled);
  EXPECT_FALSE(call.answered());
  cancelled.Cancel();
  // In the line of the pool, or of the executor.
  EXPECT_TRUE(absl::IsCancelled(call.Wait()));
}

TEST_F(PoolTest, UsesTheSameConnectionAgain) {
  Open();
  std::string first;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(db_->Read([&](Transaction& tx) {
                     Statement pid = Sql("SELECT pg_backend_pid()");
                     Rows rows;
                     absl::Status status = tx.Execute(pid, rows).status();
                     if (i == 0) first = rows.rows.at(0);
                     EXPECT_EQ(rows.rows.at(0), first);
                     return status;
                   })
                    .ok());
  }
}

TEST_F(PoolTest, OpensItsMinimumAtTheStart) {
  options_.read_lanes = options_.write_lanes = 1;
  options_.pool_max = 5;
  const auto sessions = [this] {
    Open();
    return std::stoi(Query(*db_,
                           "SELECT count(*) FROM pg_stat_activity"
                           " WHERE datname = current_database()")[0]);
  };
  EXPECT_LE(sessions(), 3);  // two lanes, and the test's own
  const std::unique_ptr<Database> first = std::move(db_);
  options_.pool_min = 5;
  EXPECT_GE(sessions(), 5 + 3);
}

TEST_F(PoolTest, ClosesWhatIsIdle) {
  options_.pool_max = 4;
  options_.pool_min = 1;
  options_.pool_idle_timeout = absl::Milliseconds(100);
  Open();
  {
    std::vector<std::unique_ptr<BodyCall>> calls;
    Gate all;
    std::atomic<int> running = 0;
    for (int i = 0; i < 4; ++i) {
      calls.push_back(std::make_unique<BodyCall>());
      calls.back()->Read(*db_, [&](Transaction& tx) {
        if (++running == 4) all.Open();
        all.Wait();
        return SelectOne(tx);
      });
    }
    for (const auto& call : calls) EXPECT_TRUE(call->Wait().ok());
  }
  while (Connections() > 1) absl::SleepFor(absl::Milliseconds(10));
  EXPECT_TRUE(db_->Read(SelectOne).ok());
  EXPECT_EQ(Connections(), 1);
}

TEST_F(PoolTest, DeadConnectionsAreReplaced) {
  Open();
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(db_->Read(SelectOne).ok());
    ASSERT_TRUE(Terminate(*db_, "query LIKE '%COMMIT'").ok());
    const absl::Status status = db_->Transact(SelectOne);
    EXPECT_TRUE(status.ok()) << status;
  }
}

TEST_F(PoolTest, ManyThreads) {
  options_.pool_max = 3;
  options_.max_cursors = 3;
  Open("CREATE TABLE t (v INTEGER); INSERT INTO t VALUES (0)");
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 25; ++j) {
        const absl::Status status = db_->Transact([](Transaction& tx) {
          Statement add = Write("UPDATE t SET v = v + 1");
          Rows rows;
          return tx.Execute(add, rows).status();
        });
        EXPECT_TRUE(status.ok()) << status;
        if (i >= *options_.max_cursors) continue;
        auto cursor = db_->Open(Sql("SELECT generate_series(1, 9)"), nullptr);
        Rows rows;
        bool more = false;
        EXPECT_TRUE(FetchInto(**cursor, 5, &rows, &more).ok());
        EXPECT_TRUE(more);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(Query(*db_, "SELECT v FROM t"), ElementsAre("200"));
}

TEST_F(PoolTest, CloseFinishesWhatWaits) {
  Open("CREATE TABLE t (v INTEGER)");
  std::vector<std::unique_ptr<BodyCall>> calls;
  for (int i = 0; i < 20; ++i) {
    calls.push_back(std::make_unique<BodyCall>());
    calls.back()->Write(*db_, [](Transaction& tx) {
      Statement insert = Write("INSERT INTO t VALUES (1)");
      Rows rows;
      return tx.Execute(insert, rows).status();
    });
  }
  db_->Close();
  for (const auto& call : calls) {
    EXPECT_TRUE(call->answered());
    EXPECT_TRUE(call->Wait().ok()) << call->Wait();
  }
  db_->Close();
  BodyCall late;
  late.Read(*db_, SelectOne);
  EXPECT_EQ(KindOfError(late.Wait()), Kind::kConnection);
  EXPECT_EQ(KindOfError(Exec(*db_, Sql("SELECT 1"))), Kind::kConnection);
  auto cursor = db_->Open(Sql("SELECT 1"), nullptr);
  ASSERT_TRUE(cursor.ok());
  Rows rows;
  bool more = false;
  EXPECT_EQ(KindOfError(FetchInto(**cursor, 1, &rows, &more)),
            Kind::kConnection);
  EXPECT_THAT(Query(*OpenAnother(), "SELECT count(*) FROM t"),
              ElementsAre("20"));
}

}  // namespace
}  // namespace modelservice::postgres
