// Behind PgBouncer, which gives each transaction another connection.
#include <libpq-fe.h>
#include <stdlib.h>

#include <fstream>
#include <optional>
#include <thread>

#include "modelservice/db/postgres/test_support.h"
#include "modelservice/testing/child_process.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::SizeIs;

constexpr Column kColumns[] = {
    Column("id", 1, FieldType::kInt64).PrimaryKey().AutoIncrement(),
    Column("v", 2, FieldType::kString),
};
constexpr int kKey[] = {0};
constexpr Ordering kOrdering[] = {{0}};
constexpr Table kTable("t", "T", kColumns, kKey, kOrdering);
constexpr int kValue[] = {1};

class PgBouncerTest : public PostgresTest {
 protected:
  void Ready() override {
    if (!RunCommand({"pgbouncer", "--version"}).ok()) {
      ASSERT_EQ(getenv("CI"), nullptr) << "there is no pgbouncer here";
      GTEST_SKIP() << "there is no pgbouncer on this machine; install it "
                      "(Debian: apt-get install pgbouncer)";
    }
    const std::string database =
        options_.connection.substr(options_.connection.find("test_"));
    const std::string name = database.substr(0, database.find('?'));
    const std::string configuration = folder_.path() + "/pgbouncer.ini";
    std::ofstream(configuration)
        << "[databases]\n* = user=postgres host=" << cluster_->folder()
        << " port=" << cluster_->port()
        << "\n[pgbouncer]\npool_mode = transaction\nauth_type = any\n"
        << "listen_addr =\nunix_socket_dir = " << folder_.path()
        << "\nlisten_port = 6432\n"
        // Fewer than the clients, so that they do meet.
        << "default_pool_size = 2\nmax_client_conn = 100\n";
    const auto user = UnprivilegedUser();
    ASSERT_TRUE(GiveTo(user, folder_.path()).ok());
    ChildProcess::Options options;
    options.user = user;
    options.output_file = folder_.path() + "/log";
    auto started = ChildProcess::Start({"pgbouncer", configuration}, options);
    ASSERT_TRUE(started.ok()) << started.status();
    pooler_ = *std::move(started);
    options_.connection = absl::StrCat("postgresql://postgres@/", name,
                                       "?host=", folder_.path(), "&port=6432");
    options_.prepare = false;
    while (PQping(options_.connection.c_str()) != PQPING_OK) {
      ASSERT_TRUE(pooler_->running()) << ReadFile(options.output_file);
      absl::SleepFor(absl::Milliseconds(10));
    }
    Open(
        "CREATE TABLE t (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
        "  v TEXT UNIQUE);");
  }
  void TearDown() override { db_.reset(); }

  TemporaryFolder folder_;
  std::unique_ptr<ChildProcess> pooler_;
};

class OneRow final : public RowSource {
 public:
  absl::StatusOr<std::optional<Row>> Next() override {
    if (given_) return std::nullopt;
    given_ = true;
    return Row(values_);
  }

 private:
  bool given_ = false;
  const std::vector<Value> values_ = {Value::Text("copied")};
};

TEST_F(PgBouncerTest, AllVerbs) {
  ASSERT_NE(db_, nullptr);
  Rows rows;
  ASSERT_TRUE(db_->Run(Write("INSERT INTO t (v) VALUES ($1) RETURNING id",
                             {Value::Text("a")}),
                       rows)
                  .ok());
  EXPECT_THAT(rows.rows, ElementsAre("1"));
  EXPECT_EQ(KindOfError(Exec(*db_, Write("INSERT INTO t (v) VALUES ($1)",
                                         {Value::Text("a")}))),
            Kind::kUnique);
  const absl::Status status = db_->Transact([&](Transaction& tx) {
    Statement again =
        Write("INSERT INTO t (v) VALUES ($1)", {Value::Text("a")});
    Rows ignored;
    EXPECT_EQ(KindOfError(tx.Execute(again, ignored).status()), Kind::kUnique);
    OneRow source;
    const auto copied = tx.InsertRows(kTable, kValue, source);
    EXPECT_TRUE(copied.ok()) << copied.status();
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(db_->Read([&](Transaction&) {
                   EXPECT_THAT(Query(*db_, "SELECT v FROM t ORDER BY v"),
                               ElementsAre("a", "copied"));
                   return absl::OkStatus();
                 })
                  .ok());
  auto cursor = db_->Open(
      Sql("SELECT i FROM generate_series(1, $1::int) i", {Value::Integer(50)}),
      nullptr);
  ASSERT_TRUE(cursor.ok());
  Rows numbers;
  bool more = true;
  while (more) ASSERT_TRUE(FetchInto(**cursor, 7, &numbers, &more).ok());
  EXPECT_THAT(numbers.rows, SizeIs(50));
  EXPECT_THAT(*db_->ColumnsOf(Named("t")), ElementsAre("id", "v"));
}

// What a lane asks of its server counts for it alone.
TEST_F(PgBouncerTest, SettingsOfLanesAreNobodyElses) {
  ASSERT_NE(db_, nullptr);
  for (int i = 0; i < 20; ++i) {
    for (const char* setting : {"lock_timeout", "statement_timeout"}) {
      const std::string show = absl::StrCat("SHOW ", setting);
      EXPECT_THAT(LaneQuery(*db_, show), Not(ElementsAre("0")));
      EXPECT_TRUE(db_->Read([&](Transaction&) {
                       EXPECT_THAT(Query(*db_, show), ElementsAre("0"));
                       return absl::OkStatus();
                     })
                      .ok());
      EXPECT_EQ(Exec(*db_, Write(show)), absl::OkStatus());
    }
  }
}

TEST_F(PgBouncerTest, ManyClientsOnFewConnections) {
  ASSERT_NE(db_, nullptr);
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 20; ++j) {
        const std::string v = absl::StrCat(i, ".", j);
        absl::Status status = Exec(
            *db_, Write("INSERT INTO t (v) VALUES ($1)", {Value::Text(v)}));
        EXPECT_TRUE(status.ok()) << status;
        status = db_->Transact([&](Transaction& tx) {
          Statement update = Write("UPDATE t SET v = v || $2 WHERE v = $1",
                                   {Value::Text(v), Value::Text("!")});
          Rows rows;
          return tx.Execute(update, rows).status();
        });
        EXPECT_TRUE(status.ok()) << status;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(Query(*db_, "SELECT count(*) FROM t WHERE v LIKE '%!'"),
              ElementsAre("120"));
}

}  // namespace
}  // namespace modelservice::postgres
