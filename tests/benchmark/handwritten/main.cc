// Serves perf.UserService over a database that has its table, until SIGTERM.
//
//   handwritten --address=127.0.0.1:50051 --database=sqlite:perf.db
//   handwritten --address=127.0.0.1:50051 --database=postgresql://host/perf
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
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "handwritten/sqlite/service.h"

#ifdef BENCHMARK_HAS_POSTGRES
#include "handwritten/postgres/service.h"
#endif

ABSL_FLAG(std::string, address, "127.0.0.1:50051", "host:port to listen on");
ABSL_FLAG(std::string, database, "", "sqlite:FILE or postgresql://...");
ABSL_FLAG(int, read_lanes, 1, "PostgreSQL connections that batch reads");
ABSL_FLAG(int, write_lanes, 1, "PostgreSQL connections that batch writes");

namespace {

// The service, on whichever database is named.
absl::StatusOr<std::unique_ptr<grpc::Service>> OpenService() {
  const std::string database = absl::GetFlag(FLAGS_database);
  if (absl::StartsWith(database, "sqlite:")) {
    return handwritten::sqlite::UserService::Open(
        std::string(absl::StripPrefix(database, "sqlite:")));
  }
#ifdef BENCHMARK_HAS_POSTGRES
  if (absl::StartsWith(database, "postgresql:")) {
    return handwritten::postgres::UserService::Open(
        {database, absl::GetFlag(FLAGS_read_lanes),
         absl::GetFlag(FLAGS_write_lanes)});
  }
#endif
  return absl::InvalidArgumentError(
      absl::StrCat("not built for the database ", database));
}

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

  const auto service = OpenService();
  if (!service.ok()) {
    std::fprintf(stderr, "%s\n", service.status().ToString().c_str());
    return 1;
  }
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::GetFlag(FLAGS_address),
                           grpc::InsecureServerCredentials());
  builder.RegisterService(service->get());
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  WaitForSignal(signals);
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(2));
  return 0;
}
