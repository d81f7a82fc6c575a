// The log in a file, which is kept small where that is asked for.
//
//   const absl::Status opened = LogToFile({"/var/log/shop/shop.log"});
//   if (!opened.ok()) return opened;
#ifndef MODELSERVICE_OBSERVE_LOG_FILE_H_
#define MODELSERVICE_OBSERVE_LOG_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace modelservice {

struct LogFile {
  std::string path;
  // 0: any number. Else a line that would be too much for the file makes it
  // PATH.1, as "shop.1.log", and what was that PATH.2, of which `max_files` are
  // kept.
  int64_t max_bytes = 0;
  int max_files = 5;
};

// Whether LogToFile would have it, as far as that can be told without making
// or opening anything.
absl::Status CheckLogFile(const LogFile& file);

// From now on lines of the log go there and not to standard error (SetLogSink),
// each in one piece behind what the file has: several processes may write to
// one. Another file that takes its place is opened within a second. A line that
// cannot be written is on standard error, and all are until it can again, which
// is tried every second.
//
// INVALID_ARGUMENT for what cannot be, FAILED_PRECONDITION where the file
// cannot be written or this was built without spdlog; the log is then as it
// was.
absl::Status LogToFile(const LogFile& file);

}  // namespace modelservice

#endif  // MODELSERVICE_OBSERVE_LOG_FILE_H_
