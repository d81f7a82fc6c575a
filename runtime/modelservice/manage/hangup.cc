#include "modelservice/manage/hangup.h"

#include <csignal>
#include <cstring>

namespace modelservice {

void KeepHangup(int argc, const char* const* argv) {
  if (argc < 2 || std::strcmp(argv[1], "serve") != 0) return;
  sigset_t hangup;
  sigemptyset(&hangup);
  sigaddset(&hangup, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &hangup, nullptr);
}

namespace {

#ifdef __GLIBC__
// Before the constructors of the program's own files. While the loader brings
// in libraries, which takes longer than all of them, no code of ours runs.
__attribute__((constructor(101))) void KeepHangupEarly(int argc, char** argv) {
  KeepHangup(argc, argv);
}
#endif

}  // namespace
}  // namespace modelservice
