// Unit tests that run on a fresh database of either kind.
//
//   class QueryTest : public OnEitherDatabase { ... };
//   TEST_P(QueryTest, ...) { ... database() ... }
//   INSTANTIATE_TEST_SUITE_P(Databases, QueryTest, kEitherDatabase,
//                            NameOfDatabase);
#ifndef MODELSERVICE_TESTING_DATABASE_TEST_SUPPORT_H_
#define MODELSERVICE_TESTING_DATABASE_TEST_SUPPORT_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modelservice/database.h"
#include "modelservice/manage/databases.h"
#include "modelservice/testing/postgres_cluster.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {

inline const auto kEitherDatabase = testing::Values("sqlite", "postgres");

inline std::string NameOfDatabase(
    const testing::TestParamInfo<const char*>& info) {
  return info.param;
}

class OnEitherDatabase : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    url_ = "sqlite:" + folder_.path() + "/test.db";
    if (on_postgres()) {
      const auto cluster = PostgresCluster::Shared();
      if (!cluster.ok() && PostgresCluster::MaySkip(cluster.status())) {
        GTEST_SKIP() << cluster.status().message();
      }
      ASSERT_TRUE(cluster.ok()) << cluster.status();
      const auto made = (*cluster)->NewDatabase();
      ASSERT_TRUE(made.ok()) << made.status();
      url_ = *made;
    }
    // PostgreSQL takes longer to open a connection than to run most tests.
    auto opened = OpenDatabase(
        on_postgres() ? absl::StrCat(url_, "&read_lanes=1&write_lanes=1")
                      : url_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
  }

  static bool on_postgres() {
    return GetParam() == absl::string_view("postgres");
  }
  const std::string& url() const { return url_; }
  Database& database() { return *database_; }
  // Whether SetUp was neither skipped nor failed.
  bool has_database() const { return database_ != nullptr; }

 private:
  const TemporaryFolder folder_;
  std::string url_;
  std::unique_ptr<Database> database_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_DATABASE_TEST_SUPPORT_H_
