// Another program holds a lock on the database: nothing hangs, nothing is half
// done. What a lock does to single calls is in
// tests/integration/server_test.cc.
#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "database.h"
#include "ledger_server.h"
#include "load.h"

namespace durability {
namespace {

using ::grpc::StatusCode;
using ::integration::OnPostgres;
using ::integration::OtherProgram;
using ::integration::Sql;
using ::testing::HasSubstr;

constexpr int kRows = 20000;

class LockTest : public testing::Test {
 protected:
  LockTest() : server_(database_.url(), database_.folder()) {}

  // Enough rows that no buffer between server and client holds them.
  void Fill(OtherProgram& program) {
    program.Run(absl::StrCat(
        Sql("WITH RECURSIVE number(n) AS "
            "(SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ",
            "WITH number(n) AS (SELECT generate_series(1, "),
        kRows, Sql(")", "))"),
        " INSERT INTO account (name, amount, memo) SELECT 'row', n, '",
        std::string(500, 'x'), "' FROM number"));
  }

  std::unique_ptr<Accounts::Stub> NewStub() const {
    return Accounts::NewStub(server_.NewChannel());
  }

  TestDatabase database_;
  LedgerServer server_;
};

// The lock that writers take does not stop a stream, which ends with the rows
// that it began with.
TEST_F(LockTest, AStreamGoesOn) {
  server_.Migrate();
  OtherProgram other(server_.database_url());
  Fill(other);
  ASSERT_NO_FATAL_FAILURE(server_.Start());
  const auto stub = NewStub();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       integration::kPatience);
  const auto reader = stub->Stream(&context, Everything());
  Account account;
  int rows = 0;
  while (rows < 10 && reader->Read(&account)) ++rows;
  other.Run(
      Sql("BEGIN IMMEDIATE", "BEGIN; LOCK TABLE account IN EXCLUSIVE MODE"));
  other.Run("UPDATE account SET amount = -1");
  while (rows < kRows / 2 && reader->Read(&account)) ++rows;
  other.Run("COMMIT");
  while (reader->Read(&account)) {
    ++rows;
    ASSERT_GT(account.amount(), 0);
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(rows, kRows);
}

// A lock against readers, which SQLite has not while a server runs.
TEST_F(LockTest, AStreamWaitsAsLongAsItsCaller) {
  if (!OnPostgres()) GTEST_SKIP() << "SQLite's readers do not wait";
  server_.Migrate();
  OtherProgram other(server_.database_url());
  Fill(other);
  // The server starts under the lock: it reads no row then.
  other.Run("BEGIN; LOCK TABLE account IN ACCESS EXCLUSIVE MODE");
  ASSERT_NO_FATAL_FAILURE(server_.Start());
  const auto stub = NewStub();
  Account account;
  {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::milliseconds(300));
    const auto reader = stub->Stream(&context, Everything());
    EXPECT_FALSE(reader->Read(&account));
    EXPECT_EQ(reader->Finish().error_code(), StatusCode::DEADLINE_EXCEEDED);
  }
  // Nobody waits for a caller who left: only this one is behind the lock now.
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       integration::kPatience);
  const auto reader = stub->Stream(&context, Everything());
  OtherProgram watcher(server_.database_url());
  const std::string waiting =
      "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = "
      "(SELECT oid FROM pg_database WHERE datname = current_database())";
  const absl::Time until = absl::Now() + absl::Seconds(30);
  while (watcher.Query(waiting) != "1") ASSERT_LT(absl::Now(), until);
  other.Run("ROLLBACK");
  int rows = 0;
  while (reader->Read(&account)) ++rows;
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(rows, kRows);
}

// The lock of a program that keeps the file to itself.
TEST_F(LockTest, CommandsOnAFileThatIsInUseEndWithOneLine) {
  if (OnPostgres()) GTEST_SKIP() << "about SQLite's file";
  const std::string impatient =
      absl::StrCat(server_.database_url(), "?busy_timeout=200ms");
  const auto expect_locked = [&] {
    for (const char* command : {"serve", "migrate"}) {
      const auto output = RunLedger(command, impatient);
      EXPECT_EQ(output.status().code(), absl::StatusCode::kUnknown) << command;
      EXPECT_THAT(std::string(output.status().message()),
                  testing::MatchesRegex(
                      "error: cannot open [^\n]*: another process keeps it "
                      "locked; stop that or allow a longer busy_timeout\n"))
          << command;
    }
  };
  {
    // Before the file is ours: its journal is the old one.
    OtherProgram other(server_.database_url());
    other.Run("CREATE TABLE theirs (id INTEGER); BEGIN EXCLUSIVE");
    expect_locked();
  }
  server_.Migrate();
  {
    OtherProgram other(server_.database_url());
    other.Run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
    expect_locked();
  }
  ASSERT_NO_FATAL_FAILURE(server_.Start());
}

// A writer's lock: who does not write does not wait.
TEST_F(LockTest, CommandsBesideAWriter) {
  server_.Migrate();
  OtherProgram other(server_.database_url());
  const std::string lock =
      Sql("BEGIN IMMEDIATE", "BEGIN; LOCK TABLE account IN EXCLUSIVE MODE");
  other.Run(lock);
  const auto output = RunLedger("migrate", server_.database_url());
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_EQ(*output, "no table is missing\n");
  ASSERT_NO_FATAL_FAILURE(server_.Start(Sql("?busy_timeout=60s", "")));
  // A write waits, and is done when the lock is gone.
  AccountsClient client(server_.NewChannel());
  std::atomic<bool> created = false;
  grpc::Status status;
  std::thread writer([&] {
    Client::Row row;
    status = client.Create("", &row);
    created = true;
  });
  absl::SleepFor(absl::Milliseconds(200));
  EXPECT_FALSE(created);
  other.Run("ROLLBACK");
  writer.join();
  EXPECT_TRUE(status.ok()) << status.error_message();
}

// migrate has tables to make: it waits for the writer, or says who is in the
// way.
TEST_F(LockTest, MigrateBesideAWriter) {
  if (OnPostgres()) GTEST_SKIP() << "about SQLite's one writer";
  OtherProgram other(server_.database_url());
  other.Run("PRAGMA journal_mode = WAL");
  other.Run("CREATE TABLE theirs (id INTEGER); BEGIN IMMEDIATE");
  const auto refused = RunLedger(
      "migrate", absl::StrCat(server_.database_url(), "?busy_timeout=200ms"));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnknown);
  EXPECT_THAT(std::string(refused.status().message()),
              testing::MatchesRegex("error: [^\n]*locked[^\n]*\n"));

  absl::StatusOr<std::string> made;
  std::thread migrate([&] {
    made = RunLedger("migrate",
                     absl::StrCat(server_.database_url(), "?busy_timeout=60s"));
  });
  absl::SleepFor(absl::Milliseconds(200));
  other.Run("ROLLBACK");
  migrate.join();
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT(*made, HasSubstr("created table account\n"));
}

}  // namespace
}  // namespace durability
