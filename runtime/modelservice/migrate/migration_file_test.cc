// The files of migrations, as people write them.
#include "modelservice/migrate/migration_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/migrate/schema.h"
#include "modelservice/migrate/schema_change.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

TEST(MigrationFile, RefusesWhatIsNearlyAMarker) {
  for (const char* const line :
       {"-- Down", "--down", "  -- down", "-- down:", "-- +goose Down",
        "-- Alone", "--transaction"}) {
    const absl::Status status =
        ParseMigration(
            absl::StrCat("-- up\nSELECT 1;\n", line, "\nSELECT 2;\n"), "f.sql")
            .status();
    EXPECT_THAT(status.message(), HasSubstr("f.sql, line 3: ")) << line;
    EXPECT_THAT(status.message(), HasSubstr("write \"-- ")) << line;
  }
  for (const char* const line :
       {"-- down the road", "-- one\n-- up, then down", "SELECT '-- down';"}) {
    const absl::Status status =
        ParseMigration(absl::StrCat("-- up\nSELECT 1;\n", line, "\n"), "f.sql")
            .status();
    EXPECT_TRUE(status.ok()) << status;
  }
  EXPECT_THAT(
      ParseMigration("-- down\n-- up\nSELECT 1;\n", "f").status().message(),
      HasSubstr("f, line 1: \"-- down\" is out of its place"));
}

// As of a DEFAULT that has such a line.
TEST(MigrationFile, WhatIsWithinATextIsNoMarker) {
  for (const std::string statement :
       {"SELECT 'a\n-- down\nb';", "DO $$ BEGIN\n-- up\nEND $$;",
        "SELECT 1 /*\n-- alone\n*/;", "SELECT \"\n-- Down\n\";",
        "SELECT 'a\r\nb';"}) {
    MigrationFile file;
    file.up = {{false, {statement, "SELECT 2;"}}};
    file.down = {{false, {"SELECT 3;", statement}}};
    const auto read = ParseMigration(WriteMigration(file), "f.sql");
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(TextOf(read->up), TextOf(file.up));
    EXPECT_EQ(TextOf(read->down), TextOf(file.down));
  }
}

// As Windows' editors save it.
TEST(MigrationFile, AByteOrderMarkAndOtherEndsOfLinesAreNoChange) {
  MigrationFile file;
  file.reasons = {"+ table a"};
  file.up = {{false, {"SELECT 1;"}}};
  const std::string text = WriteMigration(file);
  const auto read = ParseMigration(
      absl::StrCat("\xEF\xBB\xBF", absl::StrReplaceAll(text, {{"\n", "\r\n"}})),
      "f.sql");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(WriteMigration(*read), text);
}

TEST(SchemaFile, FormsAreFieldsAndWereComments) {
  const std::string old =
      "last: \"0001_initial\"\n\n"
      "table { name: \"t\" message: \"test.T\" primary_key: \"id\" }\n"
      "column { table: \"t\" number: 1 name: \"id\" field: \"id\" type: "
      "\"BIGINT\" not_null: true }  # uint32\n"
      "column { table: \"t\" number: 2 name: \"v\" field: \"v\" type: \"TEXT\" "
      "}  # string\n";
  const auto before = ReadSchema(old, "schema.textproto");
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_EQ(before->tables[0].forms.at("id").text, "uint32");
  EXPECT_EQ(before->tables[0].forms.at("v").text, "string");
  const std::string text = WriteSchema(*before);
  EXPECT_THAT(text, HasSubstr("type: \"TEXT\" form: \"string\" }\n"));
  const auto written = ReadSchema(text, "schema.textproto");
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(written->tables[0].forms.at("id").text, "uint32");
  // A comment has no formats: the text may have been a UUID all the while.
  Schema after = *written;
  after.tables[0].forms.at("v").text = "string UUID";
  EXPECT_TRUE(ChangeOf(MatchOf(*before, after)).empty());
  EXPECT_FALSE(ChangeOf(MatchOf(*written, after)).empty());
}

}  // namespace
}  // namespace modelservice
