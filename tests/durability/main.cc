#include <gtest/gtest.h>

#include "database.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const int code = durability::ExitCodeWithoutDatabase();
  return code != 0 ? code : RUN_ALL_TESTS();
}
