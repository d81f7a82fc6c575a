// The whole main of a server program: the commands that manage and run it.
//
//   int main(int argc, char** argv) {
//     return modelservice::Main(argc, argv, Register);
//   }
//
//   ./shop makemigrations                       writes what models have changed
//   ./shop migrate --database=sqlite:shop.db    applies it, or makes what
//                                               tables are missing
//   ./shop serve --database=sqlite:shop.db      serves until SIGTERM or SIGINT
//   ./shop sqlmigrate                           prints the tables' DDL
//   ./shop createtoken USER --config=shop.textproto   prints a token
//   ./shop generateproto --table=t              writes a .proto of a table
//   ./shop completion bash                      prints what a shell completes
//   ./shop help                                 lists commands and settings
//
// and those that Registry::AddCommand added.
#ifndef MODELSERVICE_MAIN_H_
#define MODELSERVICE_MAIN_H_

#include <functional>

#include "modelservice/registry.h"

namespace modelservice {

// Runs the command in `argv`. Returns 0, or 1 after one line on standard error
// that says what went wrong and how to mend it. Call it from main, before any
// thread is started.
int Main(int argc, char** argv,
         const std::function<void(Registry&)>& register_services);

}  // namespace modelservice

#endif  // MODELSERVICE_MAIN_H_
