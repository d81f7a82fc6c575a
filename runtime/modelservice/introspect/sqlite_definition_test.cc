#include "modelservice/introspect/sqlite_definition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "modelservice/introspect/sqlite_clauses.h"

namespace modelservice::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Checks(absl::string_view sql) {
  std::vector<std::string> checks;
  for (const Check& check : ChecksOf(sql)) {
    checks.push_back(check.name + ": " + check.sql);
  }
  return checks;
}

TEST(ChecksOf, FindsThoseOfColumnsAndOfTheTable) {
  EXPECT_THAT(
      Checks("CREATE TABLE t (a int NOT NULL check(a > 0), b text, "
             "CONSTRAINT \"two \"\"words\" CHECK ((a < 9) OR b IN (')', 'x')), "
             "constraint [plain] Check (b <> '(')) WITHOUT ROWID"),
      ElementsAre(": a > 0", "two \"words: (a < 9) OR b IN (')', 'x')",
                  "plain: b <> '('"));
}

TEST(ChecksOf, IsNotFooledByNamesTextsAndComments) {
  EXPECT_THAT(Checks("CREATE TABLE \"check\" (\n"
                     "  \"CHECK\" int, -- CHECK (no)\n"
                     "  b text DEFAULT 'CHECK (x)', /* CHECK (y) */\n"
                     "  `check` text DEFAULT (max(1, 2)),\n"
                     "  [CHECK] text)"),
              IsEmpty());
}

TEST(ChecksOf, TakesWhatIsBroken) {
  EXPECT_THAT(Checks(""), IsEmpty());
  EXPECT_THAT(Checks("CREATE TABLE t (a CHECK (a > '"), ElementsAre(": a > '"));
  EXPECT_THAT(Checks("CREATE TABLE t (a CHECK"), IsEmpty());
}

std::vector<std::string> Constraints(absl::string_view sql) {
  std::vector<std::string> texts;
  for (const Constraint& one : ConstraintsOf(sql)) {
    texts.push_back(TextOf(one));
  }
  return texts;
}

TEST(ConstraintsOf, AreOfTheTable) {
  EXPECT_THAT(
      Constraints(
          "CREATE TABLE \"t\" (\n"
          "  a int UNIQUE ON CONFLICT IGNORE CHECK (a <> 'UNIQUE'),\n"
          "  \"b\"\"c\" text REFERENCES u (x) ON DELETE SET NULL\n"
          "    DEFERRABLE INITIALLY DEFERRED NOT NULL DEFAULT 'x', -- UNIQUE\n"
          "  d CONSTRAINT r REFERENCES u ON UPDATE SET DEFAULT NOT DEFERRABLE\n"
          "    UNIQUE,\n"
          "  [unique] text,\n"
          "  CONSTRAINT two UNIQUE (d COLLATE NOCASE, a DESC),\n"
          "  CONSTRAINT far FOREIGN KEY (a, d) REFERENCES v (p, q) MATCH FULL\n"
          ") WITHOUT ROWID"),
      ElementsAre("UNIQUE (a) ON CONFLICT IGNORE", "CHECK (a <> 'UNIQUE')",
                  "FOREIGN KEY (\"b\"\"c\") REFERENCES u (x) ON DELETE SET "
                  "NULL\n    DEFERRABLE INITIALLY DEFERRED",
                  "CONSTRAINT \"r\" FOREIGN KEY (\"d\") REFERENCES u ON "
                  "UPDATE SET DEFAULT NOT DEFERRABLE",
                  "UNIQUE (\"d\")",
                  "CONSTRAINT \"two\" UNIQUE (d COLLATE NOCASE, a DESC)",
                  "CONSTRAINT \"far\" FOREIGN KEY (\"a\", \"d\") REFERENCES v "
                  "(p, q) MATCH FULL"));
  EXPECT_THAT(Constraints("CREATE TABLE t (a UNIQUE"),
              ElementsAre("UNIQUE (\"a\")"));
  EXPECT_THAT(Constraints("CREATE TABLE t (a, REFERENCES"),
              ElementsAre("FOREIGN KEY (\"REFERENCES\") REFERENCES"));
}

TEST(DeferralOf, IsBehindAReference) {
  const auto deferral = [](absl::string_view sql) {
    return DeferralOf(ConstraintsOf(sql).at(0));
  };
  EXPECT_EQ(
      deferral("CREATE TABLE t (a REFERENCES u (\"DEFERRABLE\") DEFERRABLE "
               "INITIALLY DEFERRED NOT NULL)"),
      "DEFERRABLE INITIALLY DEFERRED");
  EXPECT_EQ(deferral("CREATE TABLE t (a REFERENCES u NOT DEFERRABLE)"), "");
  EXPECT_EQ(deferral("CREATE TABLE t (a REFERENCES u)"), "");
}

TEST(ClausesOf, AreOfEachColumn) {
  const absl::string_view sql =
      "CREATE TABLE t (id varchar(9) CONSTRAINT \"default\" PRIMARY KEY DESC "
      "ON "
      "CONFLICT REPLACE, b text COLLATE nocase DEFAULT NULL CONSTRAINT n NOT "
      "NULL ON CONFLICT IGNORE REFERENCES u ON DELETE SET DEFAULT NOT "
      "DEFERRABLE CHECK (b NOT NULL),\n [c] generated always as (b || 'x') "
      "stored, CHECK (id COLLATE RTRIM <> '')) strict, without rowid;";
  const TableClauses table = ClausesOf(sql);
  using Kind = Clause::Kind;
  ASSERT_EQ(table.columns.size(), 3u);
  EXPECT_EQ(table.PrimaryKey()->conflict, "ON CONFLICT REPLACE");
  EXPECT_TRUE(absl::EndsWith(sql.substr(0, table.PrimaryKey()->conflict_at),
                             " PRIMARY KEY DESC"));
  const ColumnClauses& b = *table.Find("B");
  EXPECT_EQ(b.Find(Kind::kCollate)->text, "COLLATE nocase");
  EXPECT_EQ(b.Find(Kind::kDefault)->text, "DEFAULT NULL");
  EXPECT_EQ(b.Find(Kind::kNotNull)->text, "NOT NULL ON CONFLICT IGNORE");
  EXPECT_EQ(b.Find(Kind::kGenerated), nullptr);
  EXPECT_NE(table.Find("c")->Find(Kind::kGenerated), nullptr);
  EXPECT_TRUE(table.strict);
  EXPECT_TRUE(table.without_rowid);
  EXPECT_EQ(sql.substr(table.end), ";");
}

TEST(ClausesOf, KnowWhereAnAutoincrementGoes) {
  const auto with = [](absl::string_view sql) {
    const TableClauses table = ClausesOf(sql);
    const Clause& key = *table.PrimaryKey();
    EXPECT_FALSE(key.autoincrement);
    return std::string(sql).insert(key.autoincrement_at, " AUTOINCREMENT");
  };
  for (const std::string& made :
       {with("CREATE TABLE t (id integer NOT NULL PRIMARY KEY, b)"),
        with("CREATE TABLE t (id integer, PRIMARY KEY (\"id\"))")}) {
    EXPECT_TRUE(HasAutoincrement(made)) << made;
    EXPECT_TRUE(ClausesOf(made).PrimaryKey()->autoincrement) << made;
  }
}

TEST(ClausesOf, TakeWhatIsBroken) {
  for (const char* const sql :
       {"", "CREATE TABLE t (", "CREATE TABLE t (a NOT", "CREATE TABLE t (,)",
        "CREATE TABLE t (a CONSTRAINT)", "CREATE TABLE t (PRIMARY KEY (a"}) {
    ClausesOf(sql);
  }
}

TEST(WithConstraint, IsBehindAllThatIsThere) {
  EXPECT_EQ(WithConstraint("CREATE TABLE t (a CHECK (a > 0) -- )\n) STRICT",
                           "UNIQUE (a)"),
            "CREATE TABLE t (a CHECK (a > 0) -- )\n\n, UNIQUE (a)\n) STRICT");
}

TEST(Mentions, IsOfNamesAlone) {
  EXPECT_TRUE(Mentions("length(\"B\") > 1", "b"));
  EXPECT_TRUE(Mentions("[b] > 1", "b"));
  EXPECT_FALSE(Mentions("bb > 'b' -- b", "b"));
}

TEST(HasAutoincrement, IsOfAColumn) {
  EXPECT_TRUE(HasAutoincrement(
      "CREATE TABLE t (id integer NOT NULL PRIMARY KEY AUTOINCREMENT)"));
  EXPECT_FALSE(HasAutoincrement(
      "CREATE TABLE t (id integer PRIMARY KEY, a DEFAULT 'AUTOINCREMENT')"));
}

TEST(ModuleOf, ReadsTheName) {
  EXPECT_EQ(ModuleOf("CREATE VIRTUAL TABLE \"USING\" USING FTS5(text)"),
            "fts5");
  EXPECT_EQ(ModuleOf("CREATE TABLE t (a)"), "");
  EXPECT_FALSE(ShadowsOf("fts4").empty());
  EXPECT_TRUE(ShadowsOf("csv").empty());
}

TEST(IsWithoutRowid, ReadsTheEndOnly) {
  EXPECT_TRUE(IsWithoutRowid("CREATE TABLE t (a) STRICT, without\n rowid"));
  EXPECT_FALSE(IsWithoutRowid("CREATE TABLE t (without rowid)"));
  EXPECT_FALSE(IsWithoutRowid("CREATE TABLE t (a DEFAULT ') WITHOUT ROWID')"));
}

TEST(WhereOf, IsTheConditionOfAPartialIndex) {
  EXPECT_EQ(WhereOf("CREATE INDEX i ON t (a) WHERE b > 'where' "),
            "b > 'where'");
  EXPECT_EQ(WhereOf("CREATE INDEX \"where\" ON t ([where])"), "");
  EXPECT_EQ(WhereOf(""), "");
}

}  // namespace
}  // namespace modelservice::catalog
