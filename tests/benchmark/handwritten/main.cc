// Serves perf.UserService over an existing SQLite file, until SIGTERM.
//
//   handwritten --address=127.0.0.1:50051 --database=perf.db
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sqlite3.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/synchronization/mutex.h"
#include "reader.h"
#include "service.h"
#include "writer.h"

ABSL_FLAG(std::string, address, "127.0.0.1:50051", "host:port to listen on");
ABSL_FLAG(std::string, database, "", "the SQLite file");

namespace {

// What would be counted or checked on every call, and never be looked at.
void LeaveOutStatistics() {
  // Debian's abseil looks for cycles of locks unless it is told not to.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // Otherwise each of SQLite's allocations takes one global lock.
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void WaitForSignal(const sigset_t& signals) {
  int received;
  sigwait(&signals, &received);
}

}  // namespace

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  // Blocked before any thread starts, so that all of them inherit it.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  LeaveOutStatistics();

  const std::string path = absl::GetFlag(FLAGS_database);
  auto writer = handwritten::Writer::Start(path);
  if (!writer.ok()) {
    std::fprintf(stderr, "%s\n", writer.status().ToString().c_str());
    return 1;
  }
  handwritten::ReaderPool readers(path);
  handwritten::UserService service(readers, **writer);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::GetFlag(FLAGS_address),
                           grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  WaitForSignal(signals);
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(2));
  return 0;
}
