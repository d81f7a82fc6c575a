// A PostgreSQL server for a test that is no C++ program:
//
//   test_postgres
//
// Prints the url of a new database for each line that it reads, and ends, the
// server with it, when its input does. Exits with 77, after a line on standard
// error, where there is no PostgreSQL and that may be.
#include <cstdio>
#include <iostream>
#include <string>

#include "modelservice/testing/postgres_cluster.h"

int main() {
  const auto cluster = modelservice::PostgresCluster::Start();
  if (!cluster.ok()) {
    std::fprintf(stderr, "SKIPPED: %s\n",
                 std::string(cluster.status().message()).c_str());
    return modelservice::PostgresCluster::MaySkip(cluster.status()) ? 77 : 1;
  }
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto url = (*cluster)->NewDatabase();
    if (!url.ok()) {
      std::fprintf(stderr, "%s\n", url.status().ToString().c_str());
      return 1;
    }
    std::cout << *url << std::endl;
  }
  return 0;
}
