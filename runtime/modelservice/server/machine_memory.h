// How much memory there is for this process.
#ifndef MODELSERVICE_SERVER_MACHINE_MEMORY_H_
#define MODELSERVICE_SERVER_MACHINE_MEMORY_H_

#include <cstdint>
#include <string>

namespace modelservice {

// Bytes: the machine's, or less where the process's control group (version 1 or
// 2), one around it, or RLIMIT_AS says so.
int64_t MachineMemory();

// The smallest limit that a control group sets, as the files below `root`
// ("/sys/fs/cgroup") and the text of /proc/self/cgroup say; INT64_MAX where
// none does.
int64_t ControlGroupMemory(const std::string& root, const std::string& groups);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_MACHINE_MEMORY_H_
