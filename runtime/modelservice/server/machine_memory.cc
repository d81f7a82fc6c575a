#include "modelservice/server/machine_memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace modelservice {
namespace {

constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

std::string FirstWord(const std::string& path) {
  std::ifstream file(path);
  std::string word;
  file >> word;
  return word;
}

// The limit of a group and of those around it: every one of them holds. In a
// container the path may be that on the host, which is not there; then the root
// is the container's own group.
int64_t Smallest(const std::string& root, std::string group,
                 const std::string& file) {
  int64_t smallest = kNoLimit;
  while (true) {
    int64_t limit = 0;
    // "max" is no number.
    if (absl::SimpleAtoi(FirstWord(absl::StrCat(root, group, "/", file)),
                         &limit) &&
        limit > 0) {
      smallest = std::min(smallest, limit);
    }
    const size_t slash = group.rfind('/');
    if (group.empty() || slash == std::string::npos) return smallest;
    group.resize(slash);
  }
}

}  // namespace

int64_t ControlGroupMemory(const std::string& root, const std::string& groups) {
  int64_t smallest = kNoLimit;
  for (const absl::string_view line : absl::StrSplit(groups, '\n')) {
    const std::vector<std::string> parts =
        absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (parts.size() != 3) continue;
    // "0::/path" is version 2; "7:memory:/path" version 1.
    if (parts[1].empty()) {
      smallest = std::min(smallest, Smallest(root, parts[2], "memory.max"));
      continue;
    }
    for (const absl::string_view controller : absl::StrSplit(parts[1], ',')) {
      if (controller != "memory") continue;
      smallest =
          std::min(smallest, Smallest(absl::StrCat(root, "/memory"), parts[2],
                                      "memory.limit_in_bytes"));
    }
  }
  return smallest;
}

int64_t MachineMemory() {
  std::ifstream file("/proc/self/cgroup");
  std::stringstream groups;
  groups << file.rdbuf();
  int64_t memory = ControlGroupMemory("/sys/fs/cgroup", groups.str());
  rlimit addresses;
  if (getrlimit(RLIMIT_AS, &addresses) == 0 &&
      addresses.rlim_cur != RLIM_INFINITY) {
    memory =
        std::min<int64_t>(memory, static_cast<int64_t>(addresses.rlim_cur));
  }
  return std::min<int64_t>(memory,
                           sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE));
}

}  // namespace modelservice
