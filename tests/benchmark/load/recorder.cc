#include "load/recorder.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "absl/strings/str_format.h"
#include "load/process_usage.h"

namespace load {
namespace {

// The first ones tell enough.
constexpr uint64_t kFailuresShown = 5;

}  // namespace

uint64_t MonotonicNanoseconds() {
  return static_cast<uint64_t>(
      std::chrono::steady_clock::now().time_since_epoch() /
      std::chrono::nanoseconds(1));
}

absl::Status Recorder::StartMeasuring() {
  auto now = Now();
  if (!now.ok()) return now.status();
  begin_ = *now;
  measuring_ = true;
  return absl::OkStatus();
}

absl::Status Recorder::StopMeasuring() {
  auto now = Now();
  if (!now.ok()) return now.status();
  end_ = *now;
  measuring_ = false;
  return absl::OkStatus();
}

void Recorder::Success(Operation operation, uint64_t nanoseconds) {
  if (operation == Operation::kCreate) ++created_;
  if (measuring_) latencies_.Add(nanoseconds);
}

void Recorder::Failure(const std::string& error) {
  if (failures_++ < kFailuresShown) {
    std::fprintf(stderr, "wrong answer: %s\n", error.c_str());
  }
}

absl::StatusOr<std::string> Recorder::Report() const {
  const auto seconds = [](uint64_t from, uint64_t to) {
    // A database's processes may end, and their time with them.
    return (static_cast<double>(to) - static_cast<double>(from)) * 1e-9;
  };
  double peak_mib = 0;
  if (processes_.server != 0) {
    auto bytes = PeakResidentBytes(processes_.server);
    if (!bytes.ok()) return bytes.status();
    peak_mib = static_cast<double>(*bytes) / (1 << 20);
  }
  return absl::StrFormat(
      R"({"seconds": %.3f, "requests": %d, "rows": %d, "p50_us": %.1f, )"
      R"("p99_us": %.1f, "server_cpu_seconds": %.6f, )"
      R"("database_cpu_seconds": %.6f, "client_cpu_seconds": %.6f, )"
      R"("server_peak_mib": %.1f, "created": %d})",
      seconds(begin_.time, end_.time), latencies_.count(), rows_,
      static_cast<double>(latencies_.Quantile(0.5)) * 1e-3,
      static_cast<double>(latencies_.Quantile(0.99)) * 1e-3,
      seconds(begin_.server_cpu, end_.server_cpu),
      seconds(begin_.database_cpu, end_.database_cpu),
      seconds(begin_.own_cpu, end_.own_cpu), peak_mib, created_);
}

absl::StatusOr<Recorder::Sample> Recorder::Now() const {
  Sample sample{};
  auto own = CpuNanoseconds(getpid());
  if (!own.ok()) return own.status();
  sample.own_cpu = *own;
  if (processes_.server != 0) {
    auto cpu = CpuNanoseconds(processes_.server);
    if (!cpu.ok()) return cpu.status();
    sample.server_cpu = *cpu;
  }
  if (processes_.database != 0) {
    auto cpu = CpuNanoseconds(processes_.database);
    if (!cpu.ok()) return cpu.status();
    sample.database_cpu = *cpu;
  }
  sample.time = MonotonicNanoseconds();
  return sample;
}

}  // namespace load
