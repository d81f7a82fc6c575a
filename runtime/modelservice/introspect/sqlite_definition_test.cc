#include "modelservice/introspect/sqlite_definition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
