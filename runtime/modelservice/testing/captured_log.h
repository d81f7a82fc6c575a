// What is logged while it lives, for tests:
//
//   CapturedLog log;
//   Call();
//   EXPECT_THAT(log.Take(), HasSubstr("refused"));
//
// Those lines go nowhere else. Thread-safe; one at a time.
#ifndef MODELSERVICE_TESTING_CAPTURED_LOG_H_
#define MODELSERVICE_TESTING_CAPTURED_LOG_H_

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/base/mutex.h"
#include "modelservice/log.h"

namespace modelservice {

class CapturedLog {
 public:
  CapturedLog() {
    SetLogSink([this](const LogLine& line) {
      const MutexLock lock(mutex_);
      absl::StrAppend(&text_, line.ToString(), "\n");
    });
  }
  ~CapturedLog() { SetLogSink(nullptr); }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  // Everything since it was made, or since the last call.
  std::string Take() {
    FlushLog(absl::Seconds(10));
    const MutexLock lock(mutex_);
    return std::exchange(text_, "");
  }

 private:
  Mutex mutex_;
  std::string text_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_CAPTURED_LOG_H_
