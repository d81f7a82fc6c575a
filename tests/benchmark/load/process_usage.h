// What processes have used: the server under load, its database, this client.
#ifndef TESTS_BENCHMARK_LOAD_PROCESS_USAGE_H_
#define TESTS_BENCHMARK_LOAD_PROCESS_USAGE_H_

#include <sys/types.h>

#include <cstdint>

#include "absl/status/statusor.h"

namespace load {

// Both of a process and of all of its descendants that run now.

// CPU time, user and system, of all threads that they ever had, to the
// nanosecond (/proc/PID/stat counts in ticks of 10 ms).
absl::StatusOr<uint64_t> CpuNanoseconds(pid_t process);

// The most memory that was ever resident in each (VmHWM), together, in bytes.
absl::StatusOr<uint64_t> PeakResidentBytes(pid_t process);

}  // namespace load

#endif  // TESTS_BENCHMARK_LOAD_PROCESS_USAGE_H_
