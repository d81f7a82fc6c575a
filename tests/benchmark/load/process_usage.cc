#include "load/process_usage.h"

#include <time.h>

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace load {

absl::StatusOr<uint64_t> CpuNanoseconds(pid_t process) {
  clockid_t clock;
  timespec time;
  if (clock_getcpuclockid(process, &clock) != 0 ||
      clock_gettime(clock, &time) != 0) {
    return absl::NotFoundError(absl::StrCat("no process ", process));
  }
  return static_cast<uint64_t>(time.tv_sec) * 1000000000u +
         static_cast<uint64_t>(time.tv_nsec);
}

absl::StatusOr<uint64_t> PeakResidentBytes(pid_t process) {
  std::ifstream status(absl::StrCat("/proc/", process, "/status"));
  std::string line;
  while (std::getline(status, line)) {
    absl::string_view value = line;
    if (!absl::ConsumePrefix(&value, "VmHWM:")) continue;
    uint64_t kibibytes;
    if (absl::SimpleAtoi(absl::StripSuffix(value, " kB"), &kibibytes)) {
      return kibibytes * 1024;
    }
  }
  return absl::NotFoundError(absl::StrCat("no VmHWM of process ", process));
}

}  // namespace load
