// The server becomes a standby, and another one takes its place under its name.
#include <unistd.h>

#include <fstream>

#include "absl/strings/str_replace.h"
#include "modelservice/db/postgres/test_support.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;

class FailoverTest : public BackendTest<PostgresOptions, &OpenPostgres> {
 protected:
  void SetUp() override {
    for (auto* cluster : {&first_, &second_}) {
      auto started = PostgresCluster::Start();
      if (PostgresCluster::MaySkip(started.status())) {
        GTEST_SKIP() << started.status().message();
      }
      ASSERT_TRUE(started.ok()) << started.status();
      *cluster = *std::move(started);
      ASSERT_TRUE((*cluster)->CreateDatabase("shop").ok());
      options_.connection = (*cluster)->url("shop");
      Open("CREATE TABLE t (v INTEGER)");
    }
    // A link in place of a name in DNS.
    Lead(*first_);
    options_.connection =
        absl::StrReplaceAll(first_->url("shop"), {{first_->folder(), Name()}});
    options_.read_lanes = 1;
    options_.write_lanes = 1;
    Open();
  }

  std::string Name() const { return folder_.path() + "/server"; }
  void Lead(const PostgresCluster& cluster) {
    unlink(Name().c_str());
    ASSERT_EQ(symlink(cluster.folder().c_str(), Name().c_str()), 0);
  }
  // Restarts the server as a standby, which only reads.
  static void MakeStandby(PostgresCluster& cluster) {
    std::ofstream(cluster.folder() + "/data/standby.signal").put('\n');
    ASSERT_TRUE(cluster.Restart().ok());
  }

  absl::Status WriteInLane() {
    Call call(Write("INSERT INTO t VALUES (1)"));
    db_->Execute(call);
    return call.Wait();
  }
  absl::Status WriteInTransaction(Isolation isolation) {
    TransactionOptions options;
    options.isolation = isolation;
    return db_->Transact(
        [](Transaction& transaction) {
          Statement add = Write("INSERT INTO t VALUES (2)");
          Rows rows;
          return transaction.Execute(add, rows).status();
        },
        nullptr, options);
  }

  const TemporaryFolder folder_;
  std::unique_ptr<PostgresCluster> first_;
  std::unique_ptr<PostgresCluster> second_;
};

TEST_F(FailoverTest, WritesFollowTheNameToTheNewPrimary) {
  EXPECT_EQ(WriteInLane(), absl::OkStatus());
  EXPECT_EQ(WriteInTransaction(Isolation::kRepeatableRead), absl::OkStatus());
  MakeStandby(*first_);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(KindOfError(WriteInLane()), Kind::kReadOnly);
    for (const Isolation isolation :
         {Isolation::kReadCommitted, Isolation::kRepeatableRead,
          Isolation::kSerializable}) {
      EXPECT_EQ(KindOfError(WriteInTransaction(isolation)), Kind::kReadOnly);
    }
    EXPECT_THAT(Query(*db_, "SELECT v FROM t ORDER BY v"),
                ElementsAre("1", "2"));
  }
  // No connection is closed by the server: that the name leads elsewhere now
  // is seen by whoever connects anew.
  Lead(*second_);
  EXPECT_EQ(WriteInLane(), absl::OkStatus());
  EXPECT_EQ(WriteInTransaction(Isolation::kSerializable), absl::OkStatus());
  options_.connection = second_->url("shop");
  Open();
  EXPECT_THAT(Query(*db_, "SELECT v FROM t ORDER BY v"), ElementsAre("1", "2"));
}

}  // namespace
}  // namespace modelservice::postgres
