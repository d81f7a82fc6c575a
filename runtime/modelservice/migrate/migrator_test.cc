// How migrations are run: killed at every statement and gone on with, by four
// processes at once, edited, out of order, in C++.
#include "modelservice/migrate/migrator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/migrate/lasting_schemas_test_support.h"
#include "modelservice/migrate/migrator_test_support.h"
#include "modelservice/migrate/random_schema_test_support.h"
#include "modelservice/migrate/script_parts.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_P(MigratorTest, GoesToAndFro) {
  AddThree();
  ASSERT_TRUE(Run("0002_more").ok());
  EXPECT_EQ(Names(), "0001_initial 0002_more");
  EXPECT_EQ(Texts("SELECT name FROM ran"), "0002");
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Texts("SELECT name FROM ran ORDER BY name"), "0002 0003");
  ASSERT_TRUE(Run().ok());
  ASSERT_TRUE(Run("0001_initial").ok());
  EXPECT_EQ(Names(), "0001_initial");
  EXPECT_EQ(Texts("SELECT name FROM ran"), "");
  ASSERT_TRUE(Run("").ok());
  EXPECT_EQ(Names(), "");
  EXPECT_TRUE(Catalog().empty());
}

TEST_P(MigratorTest, FourProcessesAtOnceApplyEachOnce) {
  AddThree();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) RunInProcess(std::nullopt);
    EXPECT_EQ(WaitForAll(), std::vector<int>(4, 0));
    EXPECT_EQ(Names(), "0001_initial 0002_more 0003_last");
    EXPECT_EQ(Texts("SELECT name FROM ran ORDER BY name"), "0002 0003");
    for (int i = 0; i < 4; ++i) RunInProcess("");
    EXPECT_EQ(WaitForAll(), std::vector<int>(4, 0));
    EXPECT_EQ(Names(), "");
  }
}

TEST_P(MigratorTest, EachSaysOnlyWhatItHasDoneItself) {
  AddThree();
  for (int round = 0; round < 10; ++round) {
    std::atomic<size_t> count{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        auto session = OpenSession(url());
        ASSERT_TRUE(session.ok()) << session.status();
        const auto done = MigratorOf(**session)->Run(std::nullopt);
        ASSERT_TRUE(done.ok()) << done.status();
        count += done->size();
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(count, 3u);
    ASSERT_TRUE(Run("").ok());
  }
}

// Twelve migrations, killed at each statement there and back.
TEST_P(MigratorTest, AKilledOneIsGoneOnWith) {
  const std::vector<Tables> versions = LastingVersions();
  std::vector<Schema> schemas(1);
  for (const Tables& tables : versions) {
    const size_t i = schemas.size();
    schemas.push_back(SchemaOf(tables, dialect()));
    AddChange(absl::StrCat("00", i < 10 ? "0" : "", i, "_step"), schemas[i - 1],
              schemas[i]);
  }
  ASSERT_TRUE(Run("0001_step").ok());
  const auto at_first = Catalog();
  const absl::Status status =
      session_->Run(on_postgres() ? "SET session_replication_role = replica"
                                  : "PRAGMA foreign_keys = OFF");
  ASSERT_TRUE(status.ok());
  for (const TableSpec& table : versions[0]) {
    const absl::Status filled = session_->Run(RowsSql(table, 3, dialect()));
    ASSERT_TRUE(filled.ok()) << filled;
  }
  const auto lasting = LastingColumns(versions);
  const auto rows_of = [&](const Tables& tables) {
    std::string text;
    for (const TableSpec& table : tables) {
      const auto found = lasting.find(table.message);
      if (found == lasting.end()) continue;
      absl::StrAppend(&text, table.message, ": ",
                      Texts(ValuesSql(table, found->second, dialect())), "\n");
    }
    return text;
  };
  const std::string rows = rows_of(versions.front());
  // Of one table at least, more than the key.
  EXPECT_THAT(rows, HasSubstr(": 1|"));

  const auto kill_everywhere = [&](const std::string& target, bool back) {
    size_t killed = 0;
    for (size_t i = 1; i < migrations_.size(); ++i) {
      const Migration& one = migrations_[back ? migrations_.size() - i : i];
      size_t count = 0;
      for (const ScriptPart& part : back ? one.file->down : one.file->up) {
        count += part.statements.size();
      }
      for (size_t at = 1; at <= count; ++at) {
        RunInProcess(target, one.name, at);
        EXPECT_EQ(WaitForAll(), std::vector<int>({-SIGKILL})) << one.name;
        ++killed;
      }
    }
    RunInProcess(target);
    EXPECT_EQ(WaitForAll(), std::vector<int>({0}));
    return killed;
  };
  EXPECT_GE(kill_everywhere("0012_step", false), 20u);
  const auto killed_at_last = Catalog();
  EXPECT_EQ(rows_of(versions.back()), rows);
  EXPECT_GE(kill_everywhere("0001_step", true), 20u);
  EXPECT_TRUE(Catalog() == at_first);
  EXPECT_EQ(rows_of(versions.front()), rows);
  // What nothing killed comes to the same.
  ASSERT_TRUE(Run().ok());
  EXPECT_TRUE(Catalog() == killed_at_last);
  ASSERT_TRUE(Run("0001_step").ok());
  EXPECT_TRUE(Catalog() == at_first);
  EXPECT_EQ(rows_of(versions.front()), rows);
}

TEST_P(MigratorTest, WhatFailsLeavesNothing) {
  AddThree();
  migrations_[1].file = FileOf(
      {{false, {"INSERT INTO ran VALUES ('0002');", "SELECT * FROM nothing;"}}},
      {{false, {"DELETE FROM ran;"}}});
  const absl::Status status = Run();
  EXPECT_THAT(status.message(), HasSubstr("0002_more, statement 2 of 2: "));
  EXPECT_THAT(status.message(), HasSubstr("; nothing of it is done"));
  EXPECT_THAT(status.message(), Not(HasSubstr(";;")));
  EXPECT_EQ(Names(), "0001_initial");
  EXPECT_EQ(Texts("SELECT name FROM ran"), "");
}

TEST_P(MigratorTest, AnEditedOneIsRefused) {
  AddThree();
  ASSERT_TRUE(Run().ok());
  migrations_[1].file = FileOf({{false, {"SELECT 1;"}}}, {});
  const absl::Status status = Run();
  EXPECT_THAT(status.message(),
              HasSubstr("0002_more was edited after this database had it"));
  // By hand, and unapplied: the file itself says so.
  const std::string text =
      absl::StrCat(WriteMigration(*migrations_[0].file), "SELECT 2;\n");
  const absl::Status sealed = ParseMigration(text, "f.sql").status();
  EXPECT_THAT(sealed.message(), HasSubstr("f.sql was edited"));
}

// As a program of an older version does.
TEST_P(MigratorTest, NobodyGoesBackFromUnderNewerOnes) {
  AddThree();
  ASSERT_TRUE(Run().ok());
  migrations_.pop_back();
  EXPECT_TRUE(Run().ok());
  EXPECT_TRUE(Run("0002_more").ok());
  for (const char* const target : {"", "0001_initial"}) {
    EXPECT_THAT(Run(target).message(),
                HasSubstr("the database has had 0003_last, which is newer than "
                          "the migrations here: 0002_more cannot be taken back "
                          "from under it; go back with the program"));
    EXPECT_FALSE(MigratorOf(*session_)->Plan(target).ok());
    EXPECT_FALSE(MigratorOf(*session_)->Fake(target).ok());
  }
  EXPECT_EQ(Names(), "0001_initial 0002_more 0003_last");
  EXPECT_EQ(Texts("SELECT count(*) || '' FROM a"), "0");
}

TEST_P(MigratorTest, AnotherBranchsOfTheSameNumberIsTold) {
  AddThree();
  ASSERT_TRUE(Run().ok());
  migrations_.pop_back();
  for (const char* const name : {"0003_ahead", "0003_theirs"}) {
    Add(name, {"INSERT INTO ran VALUES ('ours');"}, {});
    for (const absl::Status& status :
         {Run(), MigratorOf(*session_)->Plan(std::nullopt).status()}) {
      EXPECT_THAT(status.message(),
                  HasSubstr(absl::StrCat("the database has had 0003_last, and "
                                         "the migrations have ",
                                         name, " of the same number instead")));
    }
    migrations_.pop_back();
  }
  // One that is behind what the database has had, whoever made that.
  migrations_.pop_back();
  Add("0002_other", {"INSERT INTO ran VALUES ('ours');"}, {});
  ASSERT_TRUE(
      session_
          ->Run("DELETE FROM modelservice_migration WHERE name = '0002_more'")
          .ok());
  EXPECT_THAT(Run().message(),
              HasSubstr("the database has had 0003_last, but not 0002_other"));
  EXPECT_EQ(Texts("SELECT name FROM ran ORDER BY name"), "0002 0003");
}

TEST_P(MigratorTest, OneThatComesTooLateIsRefused) {
  AddThree();
  ASSERT_TRUE(Run().ok());
  Migration late = migrations_[2];
  late.name = "0002_other";
  migrations_.insert(migrations_.begin() + 2, late);
  EXPECT_THAT(Run().message(), HasSubstr("but not 0002_other"));
  migrations_.erase(migrations_.begin() + 1, migrations_.begin() + 3);
  EXPECT_THAT(Run().message(),
              HasSubstr("the database has had 0002_more, which is not among"));
}

TEST_P(MigratorTest, NewerOnesOfOthersAreLeftAlone) {
  AddThree();
  ASSERT_TRUE(Run().ok());
  migrations_.pop_back();
  EXPECT_TRUE(Run().ok());
  EXPECT_EQ(Names(), "0001_initial 0002_more 0003_last");
}

TEST_P(MigratorTest, FakesAreWrittenDownAlone) {
  AddThree();
  ASSERT_TRUE(MigratorOf(*session_)->Fake("0002_more").ok());
  EXPECT_EQ(Names(), "0001_initial 0002_more");
  EXPECT_TRUE(Catalog().empty());
  ASSERT_TRUE(MigratorOf(*session_)->Fake("").ok());
  EXPECT_EQ(Names(), "");
}

TEST_P(MigratorTest, CodeRunsAtItsPlaceInATransaction) {
  AddThree();
  int runs = 0;
  bool fail = true;
  CodedMigration code;
  code.forwards = [&](Transaction& tx) -> absl::Status {
    ++runs;
    auto done = tx.database().Execute("INSERT INTO ran VALUES (?)", "code");
    if (!done.ok()) return done.status();
    return fail ? absl::FailedPreconditionError("not yet") : absl::OkStatus();
  };
  Migration coded;
  coded.name = "0002_zcode";
  coded.code = &code;
  migrations_.insert(migrations_.begin() + 2, coded);
  EXPECT_THAT(Run().message(), HasSubstr("0002_zcode: "));
  EXPECT_EQ(Names(), "0001_initial 0002_more");
  EXPECT_EQ(Texts("SELECT name FROM ran"), "0002");
  fail = false;
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(Texts("SELECT name FROM ran ORDER BY name"), "0002 0003 code");
  EXPECT_THAT(Run("0001_initial").message(),
              HasSubstr("0002_zcode has no way back"));
  code.backwards = [&](Transaction& tx) {
    return tx.database()
        .Execute("DELETE FROM ran WHERE name = 'code'")
        .status();
  };
  ASSERT_TRUE(Run("0001_initial").ok());
  EXPECT_EQ(Names(), "0001_initial");
}

TEST_P(MigratorTest, AnIndexThatFailedMayBeCorrected) {
  if (!on_postgres()) GTEST_SKIP() << "PostgreSQL's";
  const ScriptPart table = {
      false,
      {"CREATE TABLE a (id integer);", "INSERT INTO a VALUES (1), (1);"}};
  const auto index = [](const std::string& kind) {
    return ScriptPart{
        true,
        {"DROP INDEX CONCURRENTLY IF EXISTS i;",
         absl::StrCat("CREATE ", kind, "INDEX CONCURRENTLY i ON a (id);")}};
  };
  Migration& one = migrations_.emplace_back();
  one.name = "0001_initial";
  one.file = FileOf({table, index("UNIQUE ")}, {});
  EXPECT_THAT(Run().message(), HasSubstr("statement 4 of 4"));
  one.file = FileOf({table, index("")}, {});
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Texts("SELECT (indisvalid AND NOT indisunique)::text FROM pg_index "
                  "WHERE indexrelid = 'i'::regclass"),
            "true");
}

TEST_P(MigratorTest, AnIndexThatWasLeftInvalidIsMadeAgain) {
  if (!on_postgres()) GTEST_SKIP() << "PostgreSQL's";
  Add("0001_initial",
      {"CREATE TABLE a (id integer);", "INSERT INTO a VALUES (1), (1);"},
      {"DROP TABLE a;"});
  Migration& one = migrations_.emplace_back();
  one.name = "0002_unique";
  one.file = FileOf(
      {{true,
        {"DROP INDEX CONCURRENTLY IF EXISTS i;",
         "CREATE UNIQUE INDEX CONCURRENTLY i ON a (id);"}},
       {false, {"ALTER TABLE a ADD CONSTRAINT i UNIQUE USING INDEX i;"}}},
      {});
  EXPECT_FALSE(Run().ok());
  // It is there, and of no use.
  EXPECT_EQ(Texts("SELECT indisvalid::text FROM pg_index WHERE indexrelid = "
                  "'i'::regclass"),
            "false");
  ASSERT_TRUE(session_->Run("DELETE FROM a").ok());
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Texts("SELECT indisvalid::text FROM pg_index WHERE indexrelid = "
                  "'i'::regclass"),
            "true");
}

INSTANTIATE_TEST_SUITE_P(Databases, MigratorTest, kEitherDatabase,
                         NameOfDatabase);

}  // namespace
}  // namespace modelservice
