// The files of migrations, as people write them.
#include "modelservice/migrate/migration_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

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

}  // namespace
}  // namespace modelservice
