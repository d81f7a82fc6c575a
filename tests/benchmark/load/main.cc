// A closed-loop load client for perf.UserService and perf.EchoService: every
// caller waits for its answer, checks it and calls again. One thread, no gRPC,
// so that on a small machine the server has the CPU to itself.
//
//   benchmark_load --port=50051 --server_pid=4711 --operation=retrieve
//       --connections=4 --in_flight=128 --warmup=0.5 --seconds=2
//
// Prints its figures as one line of JSON. Exits with 1 after any wrong answer.
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "load/connection.h"
#include "load/recorder.h"
#include "load/workload.h"

ABSL_FLAG(uint16_t, port, 50051, "the server's port on 127.0.0.1");
ABSL_FLAG(int, server_pid, 0, "the server's process, to measure its CPU time");
ABSL_FLAG(int, database_pid, 0, "likewise the database's, where it has one");
ABSL_FLAG(std::string, operation, "retrieve",
          "retrieve, page, chunks, rows, create, update, partial_update, "
          "destroy, mixed, echo, echo_in_chain or echo_limited");
ABSL_FLAG(int, connections, 4, "connections to open");
ABSL_FLAG(int, in_flight, 128, "calls in flight on all connections together");
ABSL_FLAG(double, warmup, 0.5, "seconds before the measurement");
ABSL_FLAG(double, seconds, 2, "seconds to measure");
ABSL_FLAG(int64_t, rows, 100000, "rows in the table, with the keys from 1 on");
ABSL_FLAG(int, page_size, 100, "rows on a page");
ABSL_FLAG(int, chunk_size, 512, "rows in a message of a chunk stream");

namespace load {
namespace {

// For the slowest server's last answers.
constexpr uint64_t kDrainLimit = 120000000000;  // nanoseconds

// Waits until sockets are ready, at most 50 ms, and serves them.
absl::Status Poll(int epoll) {
  epoll_event events[64];
  const int count = epoll_wait(epoll, events, 64, 50);
  for (int i = 0; i < count; ++i) {
    auto* const connection = static_cast<Connection*>(events[i].data.ptr);
    const bool was_blocked = connection->blocked();
    absl::Status status = connection->Receive();
    if (status.ok() && was_blocked) status = connection->Send();
    if (!status.ok()) return status;
    if (connection->blocked() == was_blocked) continue;
    epoll_event event{};
    event.events = EPOLLIN | (was_blocked ? 0u : EPOLLOUT);
    event.data.ptr = connection;
    epoll_ctl(epoll, EPOLL_CTL_MOD, connection->socket(), &event);
  }
  return absl::OkStatus();
}

// Warms up, measures until the time is over and there is an answer, and waits
// for what is still under way.
absl::Status Measure(int epoll, Run* run) {
  Recorder& recorder = *run->recorder;
  const auto nanoseconds = [](double seconds) {
    return static_cast<uint64_t>(seconds * 1e9);
  };
  const uint64_t start =
      MonotonicNanoseconds() + nanoseconds(absl::GetFlag(FLAGS_warmup));
  const uint64_t stop = start + nanoseconds(absl::GetFlag(FLAGS_seconds));
  bool started = false;
  while (run->calls_in_flight > 0) {
    absl::Status status = Poll(epoll);
    const uint64_t now = MonotonicNanoseconds();
    if (status.ok() && !started && now >= start) {
      started = true;
      status = recorder.StartMeasuring();
    }
    if (status.ok() && recorder.measuring() && now >= stop &&
        (recorder.HasAnswers() || recorder.failures() > 0)) {
      run->stopping = true;
      status = recorder.StopMeasuring();
    }
    if (!status.ok()) return status;
    if (now >= stop + kDrainLimit) {
      return absl::DeadlineExceededError(
          absl::StrCat(run->calls_in_flight, " calls are never answered"));
    }
  }
  if (!started) return absl::OutOfRangeError("nothing left to ask for");
  return recorder.measuring() ? recorder.StopMeasuring() : absl::OkStatus();
}

absl::StatusOr<std::string> RunLoad() {
  WorkloadOptions options;
  auto operation = ParseOperation(absl::GetFlag(FLAGS_operation));
  if (!operation.ok()) return operation.status();
  options.operation = *operation;
  options.rows = absl::GetFlag(FLAGS_rows);
  options.page_size = absl::GetFlag(FLAGS_page_size);
  options.chunk_size = absl::GetFlag(FLAGS_chunk_size);
  Workload workload(options);
  Recorder recorder(
      {absl::GetFlag(FLAGS_server_pid), absl::GetFlag(FLAGS_database_pid)});
  Run run{&workload, &recorder};

  const int count = absl::GetFlag(FLAGS_connections);
  const int callers = absl::GetFlag(FLAGS_in_flight);
  if (count < 1 || callers < count) {
    return absl::InvalidArgumentError(
        "--in_flight must be at least --connections, which must be positive");
  }
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<Connection>> connections;
  for (int i = 0; i < count; ++i) {
    const int share = callers / count + (i < callers % count ? 1 : 0);
    auto connection = Connection::Open(absl::GetFlag(FLAGS_port), share, &run);
    if (!connection.ok()) return connection.status();
    epoll_event event{};
    event.events = EPOLLIN | ((*connection)->blocked() ? EPOLLOUT : 0u);
    event.data.ptr = connection->get();
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, (*connection)->socket(), &event) != 0) {
      return absl::InternalError(std::strerror(errno));
    }
    connections.push_back(*std::move(connection));
  }
  if (absl::Status status = Measure(epoll, &run); !status.ok()) return status;
  if (recorder.failures() > 0) {
    return absl::DataLossError(
        absl::StrCat(recorder.failures(), " wrong answers"));
  }
  return recorder.Report();
}

}  // namespace
}  // namespace load

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const auto report = load::RunLoad();
  if (!report.ok()) {
    std::fprintf(stderr, "benchmark_load: %s\n",
                 report.status().ToString().c_str());
    return 1;
  }
  std::printf("%s\n", report->c_str());
  return 0;
}
