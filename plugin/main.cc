#include <cstdio>
#include <cstring>

#include "modelservice/base/version.h"
#include "plugin/program.h"

namespace {

constexpr char kHelp[] =
    "protoc runs this; it reads a request on standard input.\n"
    "\n"
    "  protoc --modelservice_out=DIR [--modelservice_opt=OPTION[,OPTION...]]\n"
    "         --proto_path=DIR ... FILE.proto\n"
    "\n"
    "protoc finds it in PATH, or where you say:\n"
    "--plugin=protoc-gen-modelservice=PATH. Options:\n"
    "\n"
    "  emit=cpp         FILE.modelservice.pb.{h,cc}, the default\n"
    "  emit=sql         FILE.sql, the tables; emit=cpp,sql: both\n"
    "  emit=none        nothing: the files are checked, with each other\n"
    "  dialect=sqlite   the models are for this database alone, or\n"
    "  dialect=postgres for this one; without, every database takes them\n";

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
    std::fputs(kHelp, stdout);
    return 0;
  }
  return modelservice::plugin::RunPlugin(argc, argv);
}
