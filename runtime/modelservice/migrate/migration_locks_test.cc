// Who waits for whom: one migrate for another, a migration for the locks of
// others, and others for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "modelservice/migrate/migrator_test_support.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

TEST_P(MigratorTest, ALongOneOfAnotherIsWaitedForNoLongerThanAsked) {
  AddThree();
  const std::string lock =
      on_postgres() ? "SELECT pg_advisory_lock(7153902846420199103)" : "";
  auto other = OpenSession(url());
  ASSERT_TRUE(other.ok());
  ASSERT_TRUE(on_postgres() ? (*other)->Run(lock).ok()
                            : (*other)->Begin().ok());
  MigratorOptions options;
  options.lock_wait = absl::Milliseconds(300);
  const absl::Status status =
      MigratorOf(*session_, options)->Run(std::nullopt).status();
  EXPECT_FALSE(status.ok());
  if (on_postgres()) {
    EXPECT_THAT(status.message(), HasSubstr("another migrate is at work"));
  }
  other->reset();
  EXPECT_TRUE(Run().ok());
}

class PostgresLocksTest : public MigratorTest {
 protected:
  // With the bounds of a database for those who serve it.
  std::unique_ptr<DatabaseSession> OpenBound() {
    const auto set_all = [&](const char* to) {
      const absl::Status set = session_->Run(absl::StrCat(
          "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET lock_timeout ", to,
          "', current_database()); EXECUTE format('ALTER DATABASE %I SET "
          "statement_timeout ",
          to, "', current_database()); END $$"));
      EXPECT_TRUE(set.ok()) << set;
    };
    set_all("= 100");
    auto session = OpenSession(url());
    set_all("TO DEFAULT");
    EXPECT_TRUE(session.ok()) << session.status();
    return *std::move(session);
  }
  // A transaction that has looked at the table a.
  std::unique_ptr<DatabaseSession> Read() {
    auto session = OpenSession(url());
    EXPECT_TRUE(session.ok()) << session.status();
    EXPECT_TRUE((*session)->Begin().ok());
    EXPECT_TRUE((*session)->Run("SELECT FROM a").ok());
    return *std::move(session);
  }
};

// Else all who read the table would wait behind what waits for it.
TEST_P(PostgresLocksTest, OthersGoOnWhileALockIsWaitedFor) {
  AddThree();
  ASSERT_TRUE(Run("0001_initial").ok());
  const auto migrates = OpenBound();
  const auto reads = Read();
  absl::Status status;
  std::thread migrate(
      [&] { status = MigratorOf(*migrates)->Run(std::nullopt).status(); });
  // It waits for a tenth of a second, and then not for a second.
  ASSERT_TRUE(session_->Run("SET lock_timeout = 500").ok());
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(session_->Run("SELECT FROM a").ok());
    absl::SleepFor(absl::Milliseconds(100));
  }
  EXPECT_EQ(Names(), "0001_initial");
  EXPECT_TRUE(reads->Commit().ok());
  migrate.join();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Names(), "0001_initial 0002_more 0003_last");
}

TEST_P(PostgresLocksTest, ALockIsWaitedForNoLongerThanAsked) {
  AddThree();
  ASSERT_TRUE(Run("0001_initial").ok());
  const auto migrates = OpenBound();
  const auto reads = Read();
  MigratorOptions options;
  options.lock_wait = absl::Milliseconds(50);
  const absl::Status status =
      MigratorOf(*migrates, options)->Run(std::nullopt).status();
  EXPECT_THAT(status.message(), HasSubstr("0002_more, statement 1 of 2: "));
  EXPECT_THAT(status.message(),
              HasSubstr("for longer than 50ms: others keep what it needs"));
}

// Neither what takes long, nor an index that waits for all older transactions.
TEST_P(PostgresLocksTest, BoundsOfThoseWhoServeEndNoMigration) {
  Add("0001_initial", {"CREATE TABLE a (id integer);", "SELECT pg_sleep(0.2);"},
      {});
  Migration& one = migrations_.emplace_back();
  one.name = "0002_index";
  one.file = FileOf({{true,
                      {"DROP INDEX CONCURRENTLY IF EXISTS i;",
                       "CREATE INDEX CONCURRENTLY i ON a (id);"}}},
                    {});
  const auto migrates = OpenBound();
  absl::Status status = MigratorOf(*migrates)->Run("0001_initial").status();
  ASSERT_TRUE(status.ok()) << status;
  ASSERT_TRUE(session_->Begin().ok());
  ASSERT_TRUE(session_->Run("INSERT INTO a VALUES (1)").ok());
  std::thread ends([&] {
    absl::SleepFor(absl::Milliseconds(300));
    EXPECT_TRUE(session_->Commit().ok());
  });
  status = MigratorOf(*migrates)->Run(std::nullopt).status();
  ends.join();
  EXPECT_TRUE(status.ok()) << status;
  // For others, who have the connection behind a pooler.
  for (const char* const name : {"statement_timeout", "lock_timeout"}) {
    const auto value = migrates->Rows(absl::StrCat("SHOW ", name));
    ASSERT_TRUE(value.ok()) << value.status();
    EXPECT_EQ((*value)[0][0].value().text(), "100ms");
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, PostgresLocksTest,
                         testing::Values("postgres"), NameOfDatabase);

}  // namespace
}  // namespace modelservice
