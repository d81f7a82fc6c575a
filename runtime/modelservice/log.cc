#include "modelservice/log.h"

#include <cstdio>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace modelservice {
namespace {

constexpr std::chrono::seconds kSeldom(10);

absl::string_view Name(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "INFO";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kError:
      return "ERROR";
  }
  return "ERROR";
}

}  // namespace

void Log(Severity severity, absl::string_view text) {
  const std::string time = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(),
                                            absl::UTCTimeZone());
  std::string line = absl::StrCat(time, " ", Name(severity), " ", text);
  for (char& c : line) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  line.push_back('\n');
  std::fwrite(line.data(), 1, line.size(), stderr);  // one write, never torn
}

void SeldomLog::Log(Severity severity, absl::string_view text) {
  int64_t left_out = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) {
      ++left_out_;
      return;
    }
    next_ = now + kSeldom;
    left_out = std::exchange(left_out_, 0);
  }
  if (left_out == 0) {
    modelservice::Log(severity, text);
  } else {
    modelservice::Log(severity, absl::StrCat(text, " (", left_out,
                                             " more since the last line)"));
  }
}

}  // namespace modelservice
