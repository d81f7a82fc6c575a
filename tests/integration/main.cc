// GoogleTest's main, and ctest's code for "skipped" where the tests are to run
// on PostgreSQL and there is none.
#include <gtest/gtest.h>

#include <cstdio>

#include "modelservice/testing/postgres_cluster.h"
#include "test_support.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (integration::OnPostgres()) {
    const auto cluster = modelservice::PostgresCluster::Shared();
    if (!cluster.ok()) {
      std::fprintf(stderr, "%s\n", cluster.status().ToString().c_str());
      return modelservice::PostgresCluster::MaySkip(cluster.status()) ? 77 : 1;
    }
  }
  return RUN_ALL_TESTS();
}
