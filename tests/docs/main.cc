// GoogleTest's main; with a command in front, as in "news serve", the server
// that the page's commands call.
#include "modelservice/main.h"

#include <gtest/gtest.h>

#include <vector>

#include "news.h"

int main(int argc, char** argv) {
  if (argc > 1 && argv[1][0] != '-') {
    std::vector<modelservice::Connection> connections;
    return modelservice::Main(argc, argv,
                              [&](modelservice::Registry& registry) {
                                news::AddNews(registry, &connections);
                              });
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
