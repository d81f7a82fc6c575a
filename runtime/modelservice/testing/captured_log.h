// What is logged while it lives, for tests:
//
//   CapturedLog log;
//   Call();
//   EXPECT_THAT(log.Take(), HasSubstr("refused"));
#ifndef MODELSERVICE_TESTING_CAPTURED_LOG_H_
#define MODELSERVICE_TESTING_CAPTURED_LOG_H_

#include <gtest/gtest.h>

#include <string>

#include "absl/time/time.h"
#include "modelservice/log.h"

namespace modelservice {

// One at a time.
class CapturedLog {
 public:
  CapturedLog() {
    FlushLog(absl::Seconds(10));
    testing::internal::CaptureStderr();
  }
  ~CapturedLog() {
    if (!taken_) Take();
  }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  // Everything so far; once.
  std::string Take() {
    FlushLog(absl::Seconds(10));
    taken_ = true;
    return testing::internal::GetCapturedStderr();
  }

 private:
  bool taken_ = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_CAPTURED_LOG_H_
