// What SQLite's tables that are made anew keep of constraints which no
// migration knows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/introspect/sqlite_definition.h"
#include "modelservice/migrate/migrator_test_support.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

constexpr char kRename[] =
    "ALTER TABLE \"modelservice_new_a\" RENAME TO \"a\";";

std::string CopyOf(const std::string& id) {
  return absl::StrCat(
      "INSERT INTO \"modelservice_new_a\" (\"id\", \"c\")\nSELECT ", id,
      ", \"c\"\nFROM \"a\";");
}

class RebuildKeeperTest : public MigratorTest {
 protected:
  // A table z, and another one that takes its place, a, without column b.
  void AddRebuild(const std::string& id = "\"id\"") {
    Add("0001_initial",
        {"CREATE TABLE \"u\" (\n  \"id\" TEXT PRIMARY KEY);",
         "CREATE TABLE \"z\" (\n  \"id\" TEXT,\n  \"b\" TEXT,\n  \"c\" "
         "TEXT);"},
        {"DROP TABLE \"z\";", "DROP TABLE \"u\";"});
    Add("0002_drop",
        {"ALTER TABLE \"z\" RENAME TO \"a\";",
         "CREATE TABLE \"modelservice_new_a\" (\n  \"id\" TEXT,\n  \"c\" "
         "TEXT\n);",
         CopyOf(id), "DROP TABLE \"a\";", kRename},
        {"ALTER TABLE \"a\" RENAME TO \"z\";",
         "ALTER TABLE \"z\" ADD COLUMN \"b\" TEXT;"});
  }

  void MakeByHand(const std::string& columns) {
    ASSERT_TRUE(Run("0001_initial").ok());
    const absl::Status made = session_->Run(absl::StrCat(
        "DROP TABLE z; CREATE TABLE z (", columns,
        "); INSERT INTO u VALUES ('x'); INSERT INTO z (id, b, c) VALUES ('1', "
        "'2', 'x')"));
    ASSERT_TRUE(made.ok()) << made;
  }

  std::string Constraints(const std::string& table) {
    std::string texts;
    for (const auto& one : catalog::ConstraintsOf(Texts(absl::StrCat(
             "SELECT sql FROM sqlite_master WHERE name = '", table, "'")))) {
      absl::StrAppend(&texts, catalog::TextOf(one), "; ");
    }
    return texts;
  }
};

TEST_P(RebuildKeeperTest, UnknownConstraintsStay) {
  AddRebuild();
  MakeByHand(
      "id TEXT CHECK (id <> '' -- )\n), b TEXT UNIQUE CHECK (b <> '-'), c TEXT "
      "REFERENCES u (id) ON DELETE SET NULL, CONSTRAINT pair UNIQUE (id, c), "
      "CONSTRAINT short CHECK (length(c) < 5), CHECK (b <> id), UNIQUE (c, b)");
  const absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  // Those that name the column which goes go with it.
  EXPECT_EQ(Constraints("a"),
            "CHECK (id <> '' -- )\n); FOREIGN KEY (\"c\") REFERENCES u (id) ON "
            "DELETE "
            "SET NULL; CONSTRAINT \"pair\" UNIQUE (\"id\", \"c\"); CONSTRAINT "
            "\"short\" CHECK (length(c) < 5); ");
  EXPECT_EQ(Texts("SELECT id || c FROM a"), "1x");
  EXPECT_FALSE(session_->Run("INSERT INTO a VALUES ('', 'x')").ok());
  EXPECT_FALSE(session_->Run("INSERT INTO a VALUES ('1', 'x')").ok());
  EXPECT_FALSE(session_->Run("INSERT INTO a VALUES ('2', 'xxxxx')").ok());
  ASSERT_TRUE(session_->Run("PRAGMA foreign_keys = ON; DELETE FROM u").ok());
  EXPECT_EQ(Texts("SELECT c FROM a"), "NULL");
  // And so to and fro.
  ASSERT_TRUE(Run("0001_initial").ok());
  const std::string there = Constraints("z");
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Constraints("a"), there);
}

TEST_P(RebuildKeeperTest, OneThatIsInTheWayIsNamed) {
  AddRebuild("''");
  MakeByHand(
      "id TEXT CHECK (id\n  <> ''), b TEXT, c TEXT, CONSTRAINT pair UNIQUE "
      "(id, "
      "c)");
  const absl::Status refused = Run();
  EXPECT_THAT(refused.message(), HasSubstr("0002_drop, statement 3 of 5: "));
  EXPECT_THAT(
      refused.message(),
      HasSubstr(
          "write ahead of \"-- up\" what is to go: \"-- ! drop: check (id "
          "<> '') of a goes\", \"-- ! drop: unique (id, c) of a goes\""));
  EXPECT_EQ(Texts("SELECT id FROM z"), "1");
  migrations_.back().file->dangers = {{"drop", "check (id <> '') of a goes"}};
  const absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Constraints("a"), "CONSTRAINT \"pair\" UNIQUE (\"id\", \"c\"); ");
}

// A table t with a reference to u, made anew without its column "gone"; its
// way back does not make it anew.
class RebuiltClausesTest : public RebuildKeeperTest {
 protected:
  void AddRebuildOf(const std::string& columns,
                    const std::string& name = "name") {
    Add("0001_initial",
        {"CREATE TABLE \"u\" (\n  \"id\" TEXT PRIMARY KEY);",
         "CREATE TABLE \"t\" (\n  \"id\" INTEGER,\n  \"gone\" TEXT);"},
        {"DROP TABLE \"t\";", "DROP TABLE \"u\";"});
    Add("0002_drop",
        {absl::StrCat("CREATE TABLE \"modelservice_new_t\" (\n  ", columns,
                      "\n);"),
         absl::StrCat("INSERT INTO \"modelservice_new_t\" (\"id\", \"", name,
                      "\", \"u\")\nSELECT \"id\", \"", name,
                      "\", \"u\"\nFROM \"t\";"),
         "DROP TABLE \"t\";",
         "ALTER TABLE \"modelservice_new_t\" RENAME TO \"t\";",
         "CREATE INDEX \"t_u_idx\" ON \"t\" (\"u\");"},
        {"ALTER TABLE \"t\" ADD COLUMN \"gone\" TEXT;"});
  }
  void MakeT(const std::string& columns, const std::string& behind = "") {
    ASSERT_TRUE(Run("0001_initial").ok());
    const absl::Status made = session_->Run(
        absl::StrCat("DROP TABLE t; CREATE TABLE \"t\" (", columns, ")", behind,
                     "; INSERT INTO u VALUES ('x')"));
    ASSERT_TRUE(made.ok()) << made;
  }
  std::string Definition() {
    return Texts("SELECT sql FROM sqlite_master WHERE name = 't'");
  }
};

constexpr char kMadeT[] =
    "\"id\" INTEGER NOT NULL,\n  \"name\" TEXT NOT NULL,\n  \"u\" TEXT "
    "REFERENCES \"u\" (\"id\") ON DELETE CASCADE,\n  PRIMARY KEY (\"id\")";

TEST_P(RebuiltClausesTest, WhatDjangoWritesStays) {
  AddRebuildOf(kMadeT);
  MakeT(
      "\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, \"name\" varchar(9) "
      "NOT NULL COLLATE NOCASE, \"u\" text NULL REFERENCES \"u\" (\"id\") "
      "DEFERRABLE INITIALLY DEFERRED, \"gone\" text NULL");
  ASSERT_TRUE(session_
                  ->Run("CREATE INDEX \"t_u_1a2b\" ON \"t\" (\"u\"); INSERT "
                        "INTO t VALUES (1, 'A', 'x', ''), (9, 'B', 'x', ''); "
                        "DELETE FROM t WHERE id = 9")
                  .ok());
  for (int round = 0; round < 2; ++round) {
    const absl::Status status = Run();
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(Definition(),
              "CREATE TABLE \"t\" (\n  \"id\" INTEGER NOT NULL,\n  \"name\" "
              "TEXT NOT NULL COLLATE NOCASE,\n  \"u\" TEXT REFERENCES \"u\" "
              "(\"id\") ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,\n  "
              "PRIMARY KEY (\"id\" AUTOINCREMENT)\n)");
    // One index is enough.
    EXPECT_EQ(Texts("SELECT name FROM sqlite_master WHERE type = 'index' AND "
                    "tbl_name = 't'"),
              "t_u_1a2b");
    EXPECT_EQ(Texts("SELECT CAST(seq AS TEXT) FROM sqlite_sequence"), "9");
    EXPECT_EQ(Texts("SELECT name FROM t WHERE name = 'a'"), "A");
    ASSERT_TRUE(Run("0001_initial").ok());
  }
  ASSERT_TRUE(session_->Run("PRAGMA foreign_keys = ON").ok());
  ASSERT_TRUE(session_->Begin().ok());
  EXPECT_TRUE(session_
                  ->Run("INSERT INTO t (name, u) VALUES ('C', 'late'); INSERT "
                        "INTO u VALUES ('late')")
                  .ok());
  EXPECT_TRUE(session_->Commit().ok());
}

TEST_P(RebuiltClausesTest, AColumnCalledLikeAWordOfTheKeyIsNoneOfIt) {
  for (const std::string name : {"key", "primary", "autoincrement"}) {
    SCOPED_TRACE(name);
    migrations_.clear();
    const auto made = [&](const char* not_null, const char* autoincrement) {
      return absl::StrCat("\"id\" INTEGER NOT NULL,\n  \"", name, "\" TEXT",
                          not_null, ",\n  \"u\" TEXT,\n  PRIMARY KEY (\"id\"",
                          autoincrement, ")");
    };
    AddRebuildOf(made("", ""), name);
    MakeT(absl::StrCat("id integer PRIMARY KEY AUTOINCREMENT, \"", name,
                       "\" text NOT NULL, u text, gone text"));
    const absl::Status status = Run();
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(Definition(),
              absl::StrCat("CREATE TABLE \"t\" (\n  ",
                           made(" NOT NULL", " AUTOINCREMENT"), "\n)"));
    ASSERT_TRUE(Run("").ok());
  }
}

TEST_P(RebuiltClausesTest, TheSequenceOfATableThatGoesIsNotKept) {
  AddRebuildOf(kMadeT);
  migrations_.back().file->up[0].statements.push_back("DROP TABLE \"v\";");
  MakeT(
      "id integer PRIMARY KEY AUTOINCREMENT, name text NOT NULL, u text, gone");
  const absl::Status made = session_->Run(
      "CREATE TABLE v (id integer PRIMARY KEY AUTOINCREMENT); INSERT INTO v "
      "VALUES (5); INSERT INTO t VALUES (9, 'A', NULL, NULL)");
  ASSERT_TRUE(made.ok()) << made;
  const absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Texts("SELECT name || ' ' || seq FROM sqlite_sequence"), "t 9");
}

TEST_P(RebuiltClausesTest, OtherClausesStayOrAreInTheWay) {
  AddRebuildOf(kMadeT);
  MakeT(
      "id integer PRIMARY KEY ON CONFLICT REPLACE, name text NOT NULL ON "
      "CONFLICT IGNORE, u text DEFAULT 'x' NOT NULL UNIQUE ON CONFLICT IGNORE, "
      "gone text, UNIQUE (name COLLATE NOCASE)",
      "STRICT");
  ASSERT_TRUE(session_->Run("INSERT INTO t VALUES (1, 'A', 'x', '')").ok());
  absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Definition(),
            "CREATE TABLE \"t\" (\n  \"id\" INTEGER NOT NULL,\n  \"name\" TEXT "
            "NOT NULL ON CONFLICT IGNORE,\n  \"u\" TEXT REFERENCES \"u\" "
            "(\"id\") ON DELETE CASCADE DEFAULT 'x' NOT NULL,\n  PRIMARY KEY "
            "(\"id\") ON CONFLICT REPLACE\n\n, UNIQUE (u) ON CONFLICT "
            "IGNORE\n\n, UNIQUE (name COLLATE NOCASE)\n) STRICT");
}

TEST_P(RebuiltClausesTest, WhatCannotStayIsToldWithTheLineThatLetsItGo) {
  AddRebuildOf(kMadeT);
  MakeT("id integer PRIMARY KEY, name text AS (upper(u)) STORED, u text, gone");
  ASSERT_TRUE(session_->Run("INSERT INTO t (id, u) VALUES (1, 'x')").ok());
  EXPECT_THAT(std::string(Run().message()),
              HasSubstr("the table t has a column name that is computed, which "
                        "this migration does not know and would make a plain "
                        "one: write AS (upper(u)) STORED into the CREATE TABLE "
                        "of \"modelservice_new_t\""));
  migrations_.back().file->dangers = {{"drop", "generated (name) of t goes"}};
  const absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Texts("SELECT name FROM t"), "X");
}

TEST_P(RebuiltClausesTest, StrictTablesTakeTheirTypesAlone) {
  AddRebuildOf(
      "\"id\" INTEGER NOT NULL,\n  \"name\" VARCHAR(9),\n  \"u\" TEXT,\n  "
      "PRIMARY KEY (\"id\")");
  MakeT("id integer PRIMARY KEY, name text, u text, gone text", "STRICT");
  const absl::Status refused = Run();
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("\"-- ! drop: strict of t goes\""));
  EXPECT_THAT(Definition(), HasSubstr("STRICT"));
  migrations_.back().file->dangers = {{"drop", "strict of t goes"}};
  const absl::Status status = Run();
  EXPECT_TRUE(status.ok()) << status;
}

INSTANTIATE_TEST_SUITE_P(Databases, RebuiltClausesTest,
                         testing::Values("sqlite"), NameOfDatabase);

// What the other way makes, the migration knows, by whatever names its columns
// have there.
TEST_P(RebuildKeeperTest, KnownOnesGo) {
  const std::string before =
      "(\n  \"old\" TEXT UNIQUE,\n  \"c\" TEXT REFERENCES \"u\" "
      "(\"id\"),\n  CONSTRAINT \"n\" CHECK (\"old\" > '0')\n);";
  Add("0001_initial",
      {"CREATE TABLE \"u\" (\"id\" TEXT PRIMARY KEY);",
       absl::StrCat("CREATE TABLE \"a\" ", before)},
      {"DROP TABLE \"a\";", "DROP TABLE \"u\";"});
  Add("0002_loose",
      {"ALTER TABLE \"a\" RENAME COLUMN \"old\" TO \"id\";",
       "CREATE TABLE \"modelservice_new_a\" (\n  \"id\" TEXT,\n  \"c\" "
       "TEXT\n);",
       CopyOf("\"id\""), "DROP TABLE \"a\";", kRename},
      {"ALTER TABLE \"a\" RENAME COLUMN \"id\" TO \"old\";",
       absl::StrCat("CREATE TABLE \"modelservice_new_a\" ", before),
       "INSERT INTO \"modelservice_new_a\" (\"old\", \"c\")\nSELECT \"old\", "
       "\"c\"\nFROM \"a\";",
       "DROP TABLE \"a\";", kRename});
  ASSERT_TRUE(Run("0001_initial").ok());
  const std::string first = Constraints("a");
  EXPECT_THAT(first, HasSubstr("CHECK"));
  const absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Constraints("a"), "");
  ASSERT_TRUE(Run("0001_initial").ok());
  EXPECT_EQ(Constraints("a"), first);
}

// An index of the models does what the constraint does that others made for it.
TEST_P(RebuildKeeperTest, AnIndexTakesThePlaceOfAConstraint) {
  AddRebuild();
  migrations_.back().file->up[0].statements.push_back(
      "CREATE UNIQUE INDEX \"a_c\" ON \"a\" (\"c\", \"id\");");
  MakeByHand("id TEXT UNIQUE, b TEXT, c TEXT, UNIQUE (id, c)");
  const absl::Status status = Run();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Constraints("a"), "UNIQUE (\"id\"); ");
}

// SQLite takes views and triggers along that name what is not there any more:
// every INSERT would fail of one.
TEST_P(RebuildKeeperTest, BreaksNoViewAndNoTrigger) {
  AddRebuild();
  ASSERT_TRUE(Run("0001_initial").ok());
  // As scripts do where a table takes another one's place.
  ASSERT_TRUE(session_->Run("PRAGMA legacy_alter_table = ON").ok());
  const auto expect_refused = [&](const std::string& make,
                                  const std::string& drop,
                                  const std::string& words) {
    const absl::Status made = session_->Run(make);
    ASSERT_TRUE(made.ok()) << made;
    EXPECT_THAT(
        std::string(Run().message()),
        HasSubstr(absl::StrCat("0002_drop: ", words,
                               ", which is not the models', would not work any "
                               "more: no such ")));
    ASSERT_TRUE(session_->Run(drop).ok());
  };
  expect_refused("CREATE VIEW seen AS SELECT b FROM z", "DROP VIEW seen",
                 "view seen");
  for (const auto& [when, words] :
       {std::pair("INSERT ON z BEGIN SELECT new.b", "an INSERT"),
        std::pair("UPDATE OF c ON z BEGIN SELECT old.b", "an UPDATE"),
        std::pair("DELETE ON z BEGIN SELECT old.b", "a DELETE")}) {
    expect_refused(absl::StrCat("CREATE TRIGGER reads AFTER ", when, "; END;"),
                   "DROP TRIGGER reads", absl::StrCat(words, " trigger of a"));
  }
  // What did not work before is in nobody's way.
  ASSERT_TRUE(session_->Run("CREATE VIEW broken AS SELECT b FROM absent").ok());
  const absl::Status status = Run();
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(RebuildKeeperTest, RowsThatWouldReferToNothingAreToldByTable) {
  Add("0001_initial",
      {"CREATE TABLE \"u\" (\"id\" TEXT PRIMARY KEY);",
       "CREATE TABLE \"a\" (\"id\" TEXT, \"c\" TEXT);",
       "INSERT INTO \"a\" VALUES ('1', 'x'), ('2', 'y');"},
      {});
  Add("0002_refer",
      {"CREATE TABLE \"modelservice_new_a\" (\n  \"id\" TEXT,\n  \"c\" TEXT "
       "REFERENCES \"u\" (\"id\")\n);",
       CopyOf("\"id\""), "DROP TABLE \"a\";", kRename},
      {});
  EXPECT_THAT(Run().message(),
              HasSubstr("2 rows of a would refer to rows of u that are not "
                        "there; delete or change them"));
}

INSTANTIATE_TEST_SUITE_P(Databases, RebuildKeeperTest,
                         testing::Values("sqlite"), NameOfDatabase);

}  // namespace
}  // namespace modelservice
