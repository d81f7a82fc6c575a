#include "modelservice/observe/process.h"

#include <dirent.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace modelservice {
namespace {

std::string ContentOf(const char* path) {
  std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// The fields of /proc/self/stat behind the program's name, which may hold
// anything; the first is the third of proc(5).
std::vector<std::string> Stat() {
  const std::string stat = ContentOf("/proc/self/stat");
  const size_t name = stat.rfind(") ");
  if (name == std::string::npos) return {};
  return absl::StrSplit(stat.substr(name + 2), ' ');
}

double Number(const std::vector<std::string>& stat, size_t field) {
  double number = 0;
  if (field - 3 < stat.size() && !absl::SimpleAtod(stat[field - 3], &number)) {
    return 0;
  }
  return number;
}

int OpenFiles() {
  DIR* const folder = opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  int entries = 0;
  while (readdir(folder) != nullptr) ++entries;
  closedir(folder);
  // Without ".", ".." and the folder's own.
  return entries - 3;
}

double Seconds(clockid_t clock) {
  timespec time{};
  if (clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

void ReportProcess(Measures& to) {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) +
             static_cast<double>(time.tv_usec) / 1e6;
    };
    to.AddSeconds("process_cpu_seconds_total", "Time on processors.",
                  seconds(usage.ru_utime) + seconds(usage.ru_stime));
  }
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    to.AddGauge("process_max_fds", "Descriptors that may be open.", {},
                static_cast<double>(files.rlim_cur));
  }
  const std::vector<std::string> stat = Stat();
  if (stat.empty()) return;
  to.AddGauge("process_open_fds", "Descriptors that are open.", {},
              OpenFiles());
  to.AddGauge("process_threads", "Threads.", {}, Number(stat, 20));
  to.AddGauge("process_virtual_memory_bytes", "Virtual memory.", {},
              Number(stat, 23));
  to.AddGauge("process_resident_memory_bytes", "Memory in use.", {},
              Number(stat, 24) * static_cast<double>(sysconf(_SC_PAGESIZE)));
  to.AddGauge("process_start_time_seconds",
              "When the process started, in seconds since 1970.", {},
              Seconds(CLOCK_REALTIME) - Seconds(CLOCK_BOOTTIME) +
                  Number(stat, 22) / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

}  // namespace modelservice
