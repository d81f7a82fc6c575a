// GoogleTest's main; with a command in front, as in "store dumpdata", the
// program of store.proto's models.
#include "modelservice/main.h"

#include <gtest/gtest.h>

#include "store.modelservice.pb.h"

int main(int argc, char** argv) {
  if (argc > 1 && argv[1][0] != '-') {
    return modelservice::Main(argc, argv, store::RegisterStore);
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
