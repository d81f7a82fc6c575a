// Migrations that were ended half way: corrected, finished, and turned round.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "modelservice/migrate/migrator_test_support.h"
#include "modelservice/migrate/run_migration.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

TEST_P(MigratorTest, AHalfDoneOneTurnsRoundWhenItIsWhole) {
  Migration& one = migrations_.emplace_back();
  one.name = "0001_initial";
  one.file = FileOf({{false, {"CREATE TABLE a (id integer PRIMARY KEY);"}},
                     {false, {"INSERT INTO b VALUES (1);"}}},
                    {{false, {"DROP TABLE a;"}}});
  EXPECT_THAT(Run().message(), HasSubstr("1 of its 2 parts are done"));
  EXPECT_EQ(Names(), "0001_initial...");
  EXPECT_THAT(Run("").message(),
              HasSubstr("; it was half done, and has to be whole before it is "
                        "taken back: mend what is in its way, or take the rest "
                        "out of its file"));
  EXPECT_EQ(Names(), "0001_initial...");
  ASSERT_TRUE(session_->Run("CREATE TABLE b (id integer)").ok());
  absl::Status status = Run("");
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Names(), "");
  EXPECT_EQ(Texts("SELECT CAST(id AS text) FROM b"), "1");
  // And so on its way back.
  one.file->down.push_back({false, {"DROP TABLE b;"}});
  ASSERT_TRUE(Run().ok());
  ASSERT_TRUE(session_->Run("ALTER TABLE b RENAME TO c").ok());
  EXPECT_THAT(Run("").message(), HasSubstr("1 of its 2 parts are done"));
  EXPECT_EQ(Names(), "0001_initial...");
  ASSERT_TRUE(session_->Run("ALTER TABLE c RENAME TO b").ok());
  // Forwards again, there is no b that it needs.
  EXPECT_THAT(Run().message(), HasSubstr("1 of its 2 parts are done"));
  ASSERT_TRUE(session_->Run("CREATE TABLE b (id integer)").ok());
  status = Run();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Names(), "0001_initial");
}

class PostgresTurnTest : public MigratorTest {};

// Killed while an index is made outside of any transaction.
TEST_P(PostgresTurnTest, AKilledOneTurnsRound) {
  Migration& one = migrations_.emplace_back();
  one.name = "0001_initial";
  one.file = FileOf({{false, {"CREATE TABLE a (id integer);"}},
                     {true,
                      {"DROP INDEX CONCURRENTLY IF EXISTS i;",
                       "CREATE INDEX CONCURRENTLY i ON a (id);"}}},
                    {{false, {"DROP INDEX i;", "DROP TABLE a;"}}});
  RunInProcess(std::nullopt, "0001_initial", 3);
  EXPECT_EQ(WaitForAll(), std::vector<int>{-SIGKILL});
  EXPECT_EQ(Names(), "0001_initial...");
  const absl::Status status = Run("");
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Names(), "");
}

INSTANTIATE_TEST_SUITE_P(Databases, PostgresTurnTest,
                         testing::Values("postgres"), NameOfDatabase);

TEST_P(MigratorTest, AHalfDoneOneMayBeCorrectedBehindWhatIsDone) {
  const std::vector<std::string> make = {
      "CREATE TABLE a (id integer PRIMARY KEY);"};
  const std::vector<std::string> drop = {"DROP TABLE a;"};
  const std::vector<std::string> fail = {"INSERT INTO nothing VALUES (1);"};
  Migration& one = migrations_.emplace_back();
  one.name = "0001_initial";
  one.file = FileOf({{false, make}, {false, fail}}, {{false, drop}});
  EXPECT_THAT(Run().message(), HasSubstr("1 of its 2 parts are done"));
  // What is done stays as it is.
  one.file = FileOf({{false, {"CREATE TABLE a (id text);"}}, {false, drop}},
                    {{false, drop}});
  EXPECT_THAT(Run().message(),
              HasSubstr("0001_initial: 1 part that this database has had was "
                        "edited since: bring it back"));
  one.file = FileOf({{false, make},
                     {false, {"INSERT INTO a VALUES (1);"}},
                     {true, {"INSERT INTO a VALUES (2);"}}},
                    {{false, {"DELETE FROM a WHERE id = 2;"}}, {false, fail}});
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Texts("SELECT CAST(id AS TEXT) FROM a ORDER BY id"), "1 2");
  EXPECT_EQ(Names(), "0001_initial");
  EXPECT_TRUE(Run().ok()) << "the account has the file as it is now";

  // The same on the way back, where nothing may be left to do.
  const MigrationFile applied = *one.file;
  one.file = FileOf(applied.up, {applied.down[0]});
  EXPECT_THAT(Run("").message(), HasSubstr("was edited after"));
  one.file = applied;
  EXPECT_THAT(Run("").message(), HasSubstr("1 of its 2 parts are done"));
  one.file = FileOf(applied.up, {applied.down[0]});
  ASSERT_TRUE(Run("").ok());
  EXPECT_EQ(Names(), "");
  EXPECT_EQ(Texts("SELECT CAST(id AS TEXT) FROM a ORDER BY id"), "1");
}

// Of two that run `migrate` at a time on SQLite, the second may have planned
// what the first has done by its turn.
class SecondMigrateTest : public MigratorTest {
 protected:
  std::vector<PlannedMigration> Plan(const std::optional<std::string>& target) {
    const auto plan = MigratorOf(*session_)->Plan(target);
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan.ok() ? *plan : std::vector<PlannedMigration>();
  }
  absl::StatusOr<bool> RunPlanned(
      const PlannedMigration& planned,
      const std::function<void()>& while_it_waits = [] {}) {
    const Migrator::OpenFunction open = [&] {
      while_it_waits();
      return OpenDatabase(url());
    };
    return RunMigration(*session_, open, planned, {});
  }
  // Whose way back ended half way, and forwards again needs a table b.
  void AddHalfBack() {
    const std::vector<std::string> drop = {"DROP TABLE a;"};
    Migration& one = migrations_.emplace_back();
    one.name = "0001_initial";
    one.file = FileOf({{false, {"CREATE TABLE a (id integer PRIMARY KEY);"}},
                       {false, {"INSERT INTO b VALUES (1);"}}},
                      {{false, drop}, {false, {"DROP TABLE b;"}}});
    ASSERT_TRUE(session_->Run("CREATE TABLE b (id integer)").ok());
    ASSERT_TRUE(Run().ok());
    ASSERT_TRUE(session_->Run("ALTER TABLE b RENAME TO c").ok());
    EXPECT_THAT(Run("").message(), HasSubstr("1 of its 2 parts are done"));
    ASSERT_TRUE(session_->Run("ALTER TABLE c RENAME TO b").ok());
  }
};

TEST_P(SecondMigrateTest, TakesNothingBackThatTheFirstHasApplied) {
  AddHalfBack();
  const auto plan = Plan(std::nullopt);
  ASSERT_EQ(plan.size(), 2u);
  // The first one: back, and then forwards up to what b is missing for.
  EXPECT_THAT(Run().message(), HasSubstr("1 of its 2 parts are done"));
  ASSERT_TRUE(session_->Run("INSERT INTO a VALUES (7)").ok());
  const auto half = RunPlanned(plan[0]);
  ASSERT_TRUE(half.ok()) << half.status();
  EXPECT_FALSE(*half);
  ASSERT_TRUE(session_->Run("CREATE TABLE b (id integer)").ok());
  ASSERT_TRUE(Run().ok());
  for (const PlannedMigration& planned : plan) {
    const auto done = RunPlanned(planned);
    ASSERT_TRUE(done.ok()) << done.status();
    EXPECT_FALSE(*done);
  }
  EXPECT_EQ(Names(), "0001_initial");
  EXPECT_EQ(Texts("SELECT CAST(id AS text) FROM a"), "7");
}

TEST_P(SecondMigrateTest, GoesNotOnWithPartsOfTheOtherWay) {
  AddHalfBack();
  ASSERT_TRUE(session_->Run("DELETE FROM modelservice_migration").ok());
  const auto plan = Plan(std::nullopt);
  ASSERT_EQ(plan.size(), 1u);
  const absl::Status half_back = session_->Run(
      "INSERT INTO modelservice_migration VALUES ('0001_initial', '', 1, 1, "
      "'', 0)");
  ASSERT_TRUE(half_back.ok()) << half_back;
  const auto refused = RunPlanned(plan[0]);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(refused.status().message(),
            "0001_initial: another migrate has taken a part of it back since "
            "this one began; run this again when that has ended");
  EXPECT_EQ(Texts("SELECT CAST(id AS text) FROM b"), "1");
}

TEST_P(SecondMigrateTest, RunsNoCodeThatTheFirstIsTakingBack) {
  int runs = 0;
  bool fail = true;
  CodedMigration code;
  code.forwards = [&](Transaction&) {
    ++runs;
    return fail ? absl::FailedPreconditionError("not yet") : absl::OkStatus();
  };
  code.backwards = [](Transaction&) { return absl::OkStatus(); };
  Migration& one = migrations_.emplace_back();
  one.name = "0001_initial";
  one.file = FileOf({{false, {"CREATE TABLE a (id integer PRIMARY KEY);"}}},
                    {{false, {"DROP TABLE nothing;"}}});
  one.code = &code;
  EXPECT_THAT(Run().message(), HasSubstr("1 of its 2 parts are done"));
  fail = false;
  const auto plan = Plan("");
  ASSERT_EQ(plan.size(), 2u);
  const auto done = RunPlanned(plan[0], [&] {
    // Whole, and then its C++ is taken back.
    EXPECT_THAT(Run("").message(), HasSubstr("1 of its 2 parts are done"));
  });
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_FALSE(*done);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(Names(), "0001_initial...");
}

INSTANTIATE_TEST_SUITE_P(Databases, SecondMigrateTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
