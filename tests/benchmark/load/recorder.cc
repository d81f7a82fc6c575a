#include "recorder.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "absl/strings/str_format.h"
#include "process_usage.h"

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

void Recorder::Success(Operation operation, uint64_t nanoseconds,
                       int64_t rows) {
  if (operation == Operation::kCreate) ++created_;
  if (!measuring_) return;
  latencies_.Add(nanoseconds);
  rows_ += rows;
}

void Recorder::Failure(const std::string& error) {
  if (failures_++ < kFailuresShown) {
    std::fprintf(stderr, "wrong answer: %s\n", error.c_str());
  }
}

absl::StatusOr<std::string> Recorder::Report() const {
  const double seconds = static_cast<double>(end_.time - begin_.time) * 1e-9;
  const auto requests = static_cast<double>(latencies_.count());
  const auto per_request = [&](uint64_t from, uint64_t to) {
    return static_cast<double>(to - from) * 1e-3 / std::max(requests, 1.0);
  };
  double peak_mib = 0;
  if (server_ != 0) {
    auto bytes = PeakResidentBytes(server_);
    if (!bytes.ok()) return bytes.status();
    peak_mib = static_cast<double>(*bytes) / (1 << 20);
  }
  return absl::StrFormat(
      R"({"seconds": %.3f, "requests": %d, "rows": %d, )"
      R"("requests_per_second": %.1f, "rows_per_second": %.1f, )"
      R"("p50_us": %.1f, "p99_us": %.1f, "server_cpu_us": %.3f, )"
      R"("client_cpu_us": %.3f, "server_peak_mib": %.1f, )"
      R"("created": %d, "failures": %d})",
      seconds, latencies_.count(), rows_, requests / seconds,
      static_cast<double>(rows_) / seconds,
      static_cast<double>(latencies_.Quantile(0.5)) * 1e-3,
      static_cast<double>(latencies_.Quantile(0.99)) * 1e-3,
      per_request(begin_.server_cpu, end_.server_cpu),
      per_request(begin_.own_cpu, end_.own_cpu), peak_mib, created_, failures_);
}

absl::StatusOr<Recorder::Sample> Recorder::Now() const {
  Sample sample{};
  auto own = CpuNanoseconds(getpid());
  if (!own.ok()) return own.status();
  sample.own_cpu = *own;
  if (server_ != 0) {
    auto cpu = CpuNanoseconds(server_);
    if (!cpu.ok()) return cpu.status();
    sample.server_cpu = *cpu;
  }
  sample.time = MonotonicNanoseconds();
  return sample;
}

}  // namespace load
