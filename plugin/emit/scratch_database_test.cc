#include "plugin/emit/scratch_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace modelservice::plugin {
namespace {

using ::testing::HasSubstr;

TEST(ScratchDatabaseTest, MakesTablesAndPreparesStatements) {
  ScratchDatabase scratch;
  EXPECT_EQ(scratch.Make("CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT,"
                         " name TEXT UNIQUE, CHECK (length(name) > 0));\n"),
            "");
  EXPECT_EQ(scratch.Make("CREATE INDEX b ON a (name) WHERE id > 0;"), "");
  EXPECT_EQ(scratch.Prepare("INSERT INTO a (name) VALUES (?) RETURNING id"),
            "");
  EXPECT_EQ(scratch.Prepare("SELECT id FROM a WHERE name = ?"), "");
  EXPECT_EQ(scratch.Prepare("UPDATE a SET name = ? WHERE id = ?"), "");
  EXPECT_EQ(scratch.Prepare("DELETE FROM a WHERE id = ?"), "");
}

TEST(ScratchDatabaseTest, SaysWhatIsWrong) {
  ScratchDatabase scratch;
  EXPECT_EQ(scratch.Make("CREATE TABLE a (id INTEGER, CHECK (missing > 0))"),
            "no such column: missing");
  EXPECT_EQ(scratch.Prepare("SELECT id FROM a"), "no such table: a");
  EXPECT_EQ(scratch.Prepare(""), "there is no statement in it");
  EXPECT_EQ(scratch.Prepare(std::string("SELECT 1\0; SELECT 2", 19)),
            "there is a NUL in it");
}

TEST(ScratchDatabaseTest, NamesInQuotesAreNoStrings) {
  ScratchDatabase scratch;
  EXPECT_THAT(scratch.Make("CREATE TABLE a (b TEXT, CHECK (b <> \"active\"))"),
              HasSubstr("no such column: "));
}

TEST(ScratchDatabaseTest, OneStatementIsOne) {
  ScratchDatabase scratch;
  EXPECT_EQ(scratch.Make("CREATE TABLE a (id INTEGER); CREATE TABLE b (id)"),
            "there are more statements in it than one");
  EXPECT_EQ(scratch.Prepare("SELECT 1; SELECT 2"),
            "there are more statements in it than one");
  EXPECT_EQ(scratch.Prepare("SELECT id FROM b"), "no such table: b");
  EXPECT_EQ(scratch.Make("CREATE TABLE c (id); CREATE TABLE d (id);", 2), "");
  EXPECT_EQ(scratch.Make("CREATE TABLE e (id);", 2),
            "there is no statement in it");
}

TEST(ScratchDatabaseTest, NothingElseCanBeDone) {
  const std::string file =
      absl::StrCat(::testing::TempDir(), "/scratch_", getpid(), ".db");
  ScratchDatabase scratch;
  ASSERT_EQ(scratch.Make("CREATE TABLE a (id INTEGER)"), "");
  for (const std::string& sql :
       {absl::StrCat("ATTACH '", file, "' AS x"),
        std::string("PRAGMA journal_mode = OFF"),
        std::string("PRAGMA user_version"),
        std::string("CREATE VIRTUAL TABLE v USING fts5(a)"),
        std::string("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END"),
        std::string("CREATE VIEW v AS SELECT 1"),
        std::string("CREATE TEMP TABLE v (a)"), std::string("DROP TABLE a"),
        std::string("ALTER TABLE a ADD COLUMN b"), std::string("BEGIN"),
        std::string("SAVEPOINT s"), std::string("ANALYZE"),
        std::string("SELECT load_extension('x')")}) {
    EXPECT_NE(scratch.Make(sql), "") << sql;
    EXPECT_NE(scratch.Prepare(sql), "") << sql;
  }
  // Only running it asks the authorizer, for its ATTACH.
  EXPECT_NE(scratch.Make(absl::StrCat("VACUUM INTO '", file, "'")), "");
  for (const char* sql :
       {"INSERT INTO a VALUES (1)", "CREATE TABLE b AS SELECT 1",
        "DELETE FROM a", "SELECT 1",
        "CREATE TABLE b (id INTEGER, CHECK (load_extension('x') > 0))",
        "CREATE TABLE b (id INTEGER, CHECK (fts3_tokenizer('x') > 0))"}) {
    EXPECT_NE(scratch.Make(sql), "") << sql;
  }
  EXPECT_NE(access(file.c_str(), F_OK), 0) << file << " was made";
}

TEST(ScratchDatabaseTest, IsBounded) {
  ScratchDatabase scratch;
  std::string sql = "CREATE TABLE a (id INTEGER, CHECK (id IN (1";
  while (sql.size() < 5 << 20) sql += ", 123456789";
  EXPECT_EQ(scratch.Make(sql + ")))"), "string or blob too big");
  EXPECT_THAT(scratch.Prepare(absl::StrCat("SELECT ", std::string(2000, '('),
                                           "1", std::string(2000, ')'))),
              ::testing::Not(""));
}

}  // namespace
}  // namespace modelservice::plugin
