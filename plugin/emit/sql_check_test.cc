#include "plugin/emit/sql_check.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "plugin/schema/loader.h"
#include "plugin/testing/proto_source.h"

namespace modelservice::plugin {
namespace {

// What SQLite says of the models of a proto3 file, without the count.
std::string SqlFaultsOf(absl::string_view body) {
  ProtoSource source;
  source.Add("shop.proto", Proto3(body));
  const google::protobuf::FileDescriptor* file = source.Import("shop.proto");
  Diagnostics diagnostics;
  const Schema schema = Load({file}, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.Text();
  CheckSql(schema, Target::kBoth, diagnostics);
  if (diagnostics.empty()) return "";
  const std::string text = diagnostics.Text();
  return text.substr(text.find('\n') + 1);
}

std::string Checks(int count, const std::string& sql) {
  std::string settings;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&settings, " check { sql: \"", sql, "\" }");
  }
  return absl::StrCat(
      "message A { option (modelservice.model) = {", settings,
      "}; int64 id = 1 [(modelservice.field).primary_key = true]; }");
}

TEST(SqlCheckTest, TakesWhatSqliteTakes) {
  EXPECT_EQ(SqlFaultsOf(Checks(2, "id > 0")), "");
}

TEST(SqlCheckTest, NamesEachCheckApart) {
  EXPECT_EQ(SqlFaultsOf(Checks(2, "idd > 0")),
            "shop.proto:7:13: error: A: check \"a_check1\": SQLite says: no "
            "such column: idd; mend the SQL\n"
            "shop.proto:7:13: error: A: check \"a_check2\": SQLite says: no "
            "such column: idd; mend the SQL");
}

TEST(SqlCheckTest, TakesTheChecksThatDjangoMakes) {
  EXPECT_EQ(SqlFaultsOf(Checks(1, "JSON_VALID(id) OR id IS NULL")), "");
}

// Whatever a check would do, the plugin does not run it.
TEST(SqlCheckTest, RunsNothing) {
  EXPECT_EQ(SqlFaultsOf(Checks(1, "zeroblob(1000000000) IS NOT NULL")), "");
  EXPECT_EQ(SqlFaultsOf(Checks(1, "load_extension('evil') > 0")),
            "shop.proto:7:13: error: A: check \"a_check1\": SQLite says: not "
            "authorized to use function: load_extension; mend the SQL");
  EXPECT_EQ(
      SqlFaultsOf(Checks(1,
                         "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
                         "i + 1 FROM n) SELECT count(*) FROM n) > 0")),
      "shop.proto:7:13: error: A: check \"a_check1\": SQLite says: subqueries "
      "prohibited in CHECK constraints; mend the SQL");
}

TEST(SqlCheckTest, SaysWhenOnlyAllTogetherIsWrong) {
  std::string sql = "id IN (1";
  while (sql.size() < 60000) sql += ", 1234567890";
  EXPECT_EQ(SqlFaultsOf(Checks(80, sql + ")")),
            "shop.proto:7:13: error: A: its types, checks and indexes "
            "together: SQLite says: string or blob too big; mend the SQL");
}

}  // namespace
}  // namespace modelservice::plugin
