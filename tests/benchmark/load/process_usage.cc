#include "load/process_usage.h"

#include <dirent.h>
#include <time.h>

#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace load {
namespace {

// 0: no such process.
pid_t ParentOf(pid_t process) {
  std::ifstream stat(absl::StrCat("/proc/", process, "/stat"));
  std::string line;
  std::getline(stat, line);
  // PID (NAME) STATE PARENT, where a name may hold anything.
  const size_t name_end = line.rfind(") ");
  if (name_end == std::string::npos) return 0;
  const std::vector<absl::string_view> fields =
      absl::StrSplit(absl::string_view(line).substr(name_end + 2), ' ');
  pid_t parent = 0;
  return fields.size() > 1 && absl::SimpleAtoi(fields[1], &parent) ? parent : 0;
}

// `process` first.
std::vector<pid_t> WithDescendants(pid_t process) {
  std::multimap<pid_t, pid_t> children;
  struct Close {
    void operator()(DIR* folder) const { closedir(folder); }
  };
  const std::unique_ptr<DIR, Close> folder(opendir("/proc"));
  while (const dirent* entry =
             folder == nullptr ? nullptr : readdir(folder.get())) {
    pid_t other;
    if (absl::SimpleAtoi(entry->d_name, &other)) {
      children.emplace(ParentOf(other), other);
    }
  }
  std::vector<pid_t> found = {process};
  for (size_t i = 0; i < found.size(); ++i) {
    const auto [begin, end] = children.equal_range(found[i]);
    for (auto child = begin; child != end; ++child) {
      found.push_back(child->second);
    }
  }
  return found;
}

absl::StatusOr<uint64_t> OwnCpuNanoseconds(pid_t process) {
  clockid_t clock;
  timespec time;
  if (clock_getcpuclockid(process, &clock) != 0 ||
      clock_gettime(clock, &time) != 0) {
    return absl::NotFoundError(absl::StrCat("no process ", process));
  }
  return static_cast<uint64_t>(time.tv_sec) * 1000000000u +
         static_cast<uint64_t>(time.tv_nsec);
}

absl::StatusOr<uint64_t> OwnPeakResidentBytes(pid_t process) {
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

absl::StatusOr<uint64_t> Sum(pid_t process,
                             absl::StatusOr<uint64_t> (*of)(pid_t)) {
  uint64_t sum = 0;
  for (const pid_t one : WithDescendants(process)) {
    const auto value = of(one);
    if (value.ok()) {
      sum += *value;
    } else if (one == process) {  // the others may end at any time
      return value.status();
    }
  }
  return sum;
}

}  // namespace

absl::StatusOr<uint64_t> CpuNanoseconds(pid_t process) {
  return Sum(process, OwnCpuNanoseconds);
}

absl::StatusOr<uint64_t> PeakResidentBytes(pid_t process) {
  return Sum(process, OwnPeakResidentBytes);
}

}  // namespace load
