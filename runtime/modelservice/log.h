// The log: one line a message on standard error, with time and severity.
//
//   Log(Severity::kError, absl::StrCat("cannot open ", path));
//
// Thread-safe.
#ifndef MODELSERVICE_LOG_H_
#define MODELSERVICE_LOG_H_

#include <chrono>
#include <cstdint>
#include <mutex>

#include "absl/strings/string_view.h"

namespace modelservice {

enum class Severity { kInfo, kWarning, kError };

// Writes one line; line breaks in `text` become spaces.
void Log(Severity severity, absl::string_view text);

// For what every call would say while something is broken, like a full disk:
// the first line is written, then one every ten seconds at most, with the
// number of those left out. One object for each thing that may break.
class SeldomLog {
 public:
  void Log(Severity severity, absl::string_view text);

 private:
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_;
  int64_t left_out_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_LOG_H_
