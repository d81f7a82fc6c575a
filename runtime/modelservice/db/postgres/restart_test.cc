// The server goes away and comes back.
#include <thread>

#include "modelservice/db/postgres/test_support.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using Shutdown = PostgresCluster::Shutdown;

class RestartTest : public PostgresTest,
                    public ::testing::WithParamInterface<Shutdown> {
 protected:
  void Ready() override {
    options_.pool_wait = absl::Seconds(60);
    Open("CREATE TABLE t (v INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
  }

  absl::Status TransactOne() {
    return db_->Transact([](Transaction& tx) {
      Statement add = Write("UPDATE t SET v = v + 1");
      Rows rows;
      return tx.Execute(add, rows).status();
    });
  }
  absl::Status ReadCursor(std::vector<std::string>* values) {
    auto cursor = db_->Open(Sql("SELECT v FROM t"), nullptr);
    if (!cursor.ok()) return cursor.status();
    Rows rows;
    bool more = false;
    absl::Status status = FetchInto(**cursor, 10, &rows, &more);
    *values = rows.rows;
    return status;
  }
};

// Every verb, with connections that it had before.
TEST_P(RestartTest, CallsAfterItSeeNoError) {
  std::vector<std::string> values;
  for (int i = 1; i <= 3; ++i) {
    EXPECT_TRUE(TransactOne().ok());
    EXPECT_TRUE(ReadCursor(&values).ok());
    ASSERT_TRUE(cluster_->Restart(GetParam()).ok());
    absl::Status status = TransactOne();
    EXPECT_TRUE(status.ok()) << status;
    status = ReadCursor(&values);
    EXPECT_TRUE(status.ok()) << status;
    const std::string expected = absl::StrCat(1 + 2 * i);
    EXPECT_THAT(values, ElementsAre(expected));
    EXPECT_THAT(Query(*db_, "SELECT v FROM t"), ElementsAre(expected));
  }
}

// Calls that come while there is no server wait for it.
TEST_P(RestartTest, CallsDuringItWait) {
  EXPECT_TRUE(TransactOne().ok());
  cluster_->Stop(GetParam());
  BodyCall body;
  body.Write(*db_, [](Transaction& tx) {
    Statement add = Write("UPDATE t SET v = v + 1");
    Rows rows;
    return tx.Execute(add, rows).status();
  });
  Call read(Sql("SELECT count(*) FROM t"));
  db_->Execute(read);
  std::vector<std::string> values;
  absl::Status cursor;
  std::thread thread([&] { cursor = ReadCursor(&values); });
  EXPECT_FALSE(body.answered());
  EXPECT_FALSE(read.answered());
  ASSERT_TRUE(cluster_->Resume().ok());
  thread.join();
  EXPECT_TRUE(body.Wait().ok()) << body.Wait();
  EXPECT_TRUE(read.Wait().ok()) << read.Wait();
  EXPECT_TRUE(cursor.ok()) << cursor;
  EXPECT_THAT(Query(*db_, "SELECT v FROM t"), ElementsAre("3"));
}

TEST_P(RestartTest, WithoutAServerCallsEnd) {
  db_.reset();
  options_.pool_wait = absl::Milliseconds(100);
  Open();
  EXPECT_TRUE(TransactOne().ok());
  cluster_->Stop(GetParam());
  // Sessions outlive a server that is killed until they notice.
  absl::Status status;
  while ((status = TransactOne()).ok()) {
  }
  EXPECT_EQ(KindOfError(status), Kind::kConnection);
  std::vector<std::string> values;
  while ((status = ReadCursor(&values)).ok()) {
  }
  EXPECT_EQ(KindOfError(status), Kind::kConnection);
  const Limits limits(After(absl::Milliseconds(50)));
  BodyCall late;
  late.Read(
      *db_, [](Transaction&) { return absl::OkStatus(); }, &limits);
  EXPECT_FALSE(late.Wait().ok());
  db_->Close();
  ASSERT_TRUE(cluster_->Resume().ok());
}

// What was not acknowledged may be lost; what was is there.
TEST_P(RestartTest, LosesNothingThatWasAcknowledged) {
  ASSERT_TRUE(db_->RunScript("CREATE TABLE log (v INTEGER)").ok());
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  std::vector<std::vector<int>> acknowledged(4);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int n = i; !stop; n += 4) {
        const absl::Status status = db_->Transact([n](Transaction& tx) {
          Statement add =
              Write("INSERT INTO log VALUES ($1)", {Value::Integer(n)});
          Rows rows;
          return tx.Execute(add, rows).status();
        });
        if (!status.ok()) continue;
        acknowledged[static_cast<size_t>(i)].push_back(n);
        ++written;
      }
    });
  }
  for (int i = 1; i <= 3; ++i) {
    while (written < 50 * i) std::this_thread::yield();
    ASSERT_TRUE(cluster_->Restart(GetParam()).ok());
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<int>& mine : acknowledged) {
    for (const int n : mine) {
      EXPECT_THAT(
          Query(*db_, absl::StrCat("SELECT count(*) FROM log WHERE v = ", n)),
          ElementsAre("1"));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shutdowns, RestartTest,
    ::testing::Values(Shutdown::kFast, Shutdown::kImmediate, Shutdown::kKill),
    [](const auto& shutdown) {
      return std::string(shutdown.param == Shutdown::kFast        ? "Fast"
                         : shutdown.param == Shutdown::kImmediate ? "Immediate"
                                                                  : "Kill");
    });

}  // namespace
}  // namespace modelservice::postgres
