// The databases of the durability tests.
#ifndef MODELSERVICE_TESTS_DURABILITY_DATABASE_H_
#define MODELSERVICE_TESTS_DURABILITY_DATABASE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "modelservice/testing/postgres_cluster.h"
#include "modelservice/testing/temporary_folder.h"
#include "test_support.h"

namespace durability {

// The PostgreSQL server of this program. What it commits reaches the disk.
const absl::StatusOr<std::unique_ptr<modelservice::PostgresCluster>>& Cluster();

// ctest's code for a test that cannot run here.
constexpr int kSkipped = 77;

// What a test program ends with when the database that it is to run on is not
// there, after a line on standard error; 0 when it is.
int ExitCodeWithoutDatabase();

// An empty database with a folder for its files, where they are its own, and
// for the logs of its servers.
class TestDatabase {
 public:
  TestDatabase();

  const std::string& url() const { return url_; }
  const std::string& folder() const { return folder_.path(); }

 private:
  const modelservice::TemporaryFolder folder_;
  std::string url_;
};

// That each transfer has its two lines and no line is left of others, and that
// the database itself finds no fault in it.
void ExpectWhole(const std::string& url);

}  // namespace durability

#endif  // MODELSERVICE_TESTS_DURABILITY_DATABASE_H_
