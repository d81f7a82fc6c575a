// What the tests of the log share.
#ifndef MODELSERVICE_BASE_LOG_TEST_SUPPORT_H_
#define MODELSERVICE_BASE_LOG_TEST_SUPPORT_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/time.h"

namespace modelservice {

inline constexpr absl::Duration kPatience = absl::Seconds(30);

// A pipe of the smallest size.
class Pipe {
 public:
  Pipe() {
    EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0);
    EXPECT_GT(fcntl(ends_[1], F_SETPIPE_SZ, 4096), 0);
  }
  ~Pipe() {
    CloseReader();
    CloseWriter();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writer() const { return ends_[1]; }
  void CloseReader() { Close(&ends_[0]); }
  void CloseWriter() { Close(&ends_[1]); }

  // Until all writers are closed.
  std::vector<std::string> ReadLines() {
    std::string text;
    char bytes[4096];
    for (ssize_t size; (size = read(ends_[0], bytes, sizeof(bytes))) > 0;) {
      text.append(bytes, static_cast<size_t>(size));
    }
    std::vector<std::string> lines = absl::StrSplit(text, '\n');
    EXPECT_EQ(lines.back(), "");
    lines.pop_back();
    return lines;
  }

 private:
  static void Close(int* end) {
    if (*end >= 0) close(*end);
    *end = -1;
  }

  int ends_[2];
};

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_LOG_TEST_SUPPORT_H_
