#include <cstdio>
#include <cstring>

#include "modelservice/base/version.h"
#include "plugin/parameters.h"
#include "plugin/program.h"

namespace {

bool Asks(int argc, char** argv, const char* flag) {
  return argc == 2 && std::strcmp(argv[1], flag) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (Asks(argc, argv, "--version")) {
    std::printf("protoc-gen-modelservice %s\n", modelservice::kVersion);
    return 0;
  }
  if (Asks(argc, argv, "--help")) {
    std::fputs(modelservice::plugin::kHelp, stdout);
    return 0;
  }
  return modelservice::plugin::RunPlugin(argc, argv);
}
