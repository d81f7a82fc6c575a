// What the tests of this folder share.
#ifndef MODELSERVICE_DB_POSTGRES_TEST_SUPPORT_H_
#define MODELSERVICE_DB_POSTGRES_TEST_SUPPORT_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/db/test_support.h"
#include "modelservice/postgres.h"
#include "modelservice/testing/postgres_cluster.h"

namespace modelservice::postgres {

inline constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
inline constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

// The rows of a statement that a lane runs: Query's may be on an idle
// connection of the pool.
inline std::vector<std::string> LaneQuery(Database& db, absl::string_view sql) {
  Call call{Sql(sql)};
  db.Execute(call);
  EXPECT_EQ(call.Wait(), absl::OkStatus());
  return call.rows.rows;
}

inline absl::Status Terminate(Database& db, absl::string_view condition) {
  const std::string sql = absl::StrCat(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
      " WHERE datname = current_database() AND pid <> pg_backend_pid() AND ",
      condition);
  Call call{Sql(sql)};
  db.Execute(call);
  return call.Wait();
}

// A database of its own for each test.
class PostgresTest : public BackendTest<PostgresOptions, &OpenPostgres> {
 protected:
  void SetUp() override {
    const absl::StatusOr<PostgresCluster*> shared = PostgresCluster::Shared();
    if (PostgresCluster::MaySkip(shared.status())) {
      GTEST_SKIP() << shared.status().message();
    }
    ASSERT_TRUE(shared.ok()) << shared.status();
    cluster_ = *shared;
    absl::StatusOr<std::string> url = cluster_->NewDatabase();
    ASSERT_TRUE(url.ok()) << url.status();
    options_.connection = *std::move(url);
    Ready();
  }
  // For what a test needs.
  virtual void Ready() {}

  PostgresCluster* cluster_ = nullptr;
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_TEST_SUPPORT_H_
