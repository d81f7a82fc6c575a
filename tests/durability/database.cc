#include "database.h"

#include <cstdio>

#include "absl/strings/str_cat.h"

namespace durability {

using ::integration::OnPostgres;
using ::integration::OtherProgram;
using ::modelservice::PostgresCluster;

const absl::StatusOr<std::unique_ptr<PostgresCluster>>& Cluster() {
  static const auto cluster = [] {
    PostgresCluster::Options options;
    options.fsync = true;
    return PostgresCluster::Start(options);
  }();
  return cluster;
}

int ExitCodeWithoutDatabase() {
  if (!OnPostgres() || Cluster().ok()) return 0;
  const absl::Status& status = Cluster().status();
  std::fprintf(stderr, "SKIPPED: %s\n", status.ToString().c_str());
  return PostgresCluster::MaySkip(status) ? kSkipped : 1;
}

TestDatabase::TestDatabase() {
  if (!OnPostgres()) {
    // With the defaults: each commit reaches the disk.
    url_ = absl::StrCat("sqlite:", folder(), "/ledger.sqlite3");
    return;
  }
  const auto url = (*Cluster())->NewDatabase();
  EXPECT_TRUE(url.ok()) << url.status();
  if (url.ok()) url_ = *url;
}

void ExpectWhole(const std::string& url) {
  OtherProgram database(url);
  EXPECT_EQ(database.Query("SELECT count(*) FROM line WHERE transfer NOT IN "
                           "(SELECT id FROM transfer)"),
            "0")
      << "lines without their transfer";
  EXPECT_EQ(database.Query(
                "SELECT count(*) FROM transfer AS t WHERE NOT EXISTS ("
                "SELECT 1 FROM line WHERE transfer = t.id GROUP BY transfer "
                "HAVING count(*) = 2 "
                "AND max(amount) = t.amount AND min(amount) = -t.amount)"),
            "0")
      << "transfers without their lines";
  if (!OnPostgres()) {
    EXPECT_EQ(database.Query("PRAGMA integrity_check"), "ok");
  }
}

}  // namespace durability
