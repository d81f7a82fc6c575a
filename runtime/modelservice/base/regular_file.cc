#include "modelservice/base/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

absl::Status CannotRead(int error) {
  return absl::Status(
      error == ENOENT ? absl::StatusCode::kNotFound
                      : absl::StatusCode::kInvalidArgument,
      absl::StrCat("cannot be read: ", std::generic_category().message(error)));
}

absl::string_view KindOf(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

absl::Status CheckMode(mode_t mode) {
  if (S_ISREG(mode)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("is ", KindOf(mode), "; name a file"));
}

class OpenFile {
 public:
  // Waits for nothing, and makes no terminal the process's own.
  explicit OpenFile(const std::string& path)
      : value_(
            open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~OpenFile() {
    if (value_ >= 0) close(value_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int value() const { return value_; }

 private:
  const int value_;
};

}  // namespace

absl::Status CheckRegularFile(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return CannotRead(errno);
  return CheckMode(info.st_mode);
}

absl::StatusOr<std::string> ReadRegularFile(const std::string& path,
                                            size_t most_bytes) {
  // Before it is opened: that alone may make a device do something.
  if (auto status = CheckRegularFile(path); !status.ok()) return status;
  const OpenFile file(path);
  struct stat info {};
  if (file.value() < 0 || fstat(file.value(), &info) != 0) {
    return CannotRead(errno);
  }
  if (auto status = CheckMode(info.st_mode); !status.ok()) return status;
  std::string content;
  char bytes[16 << 10];
  while (true) {
    const ssize_t size = read(file.value(), bytes, sizeof(bytes));
    if (size == 0) return content;
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return CannotRead(errno);
    content.append(bytes, static_cast<size_t>(size));
    // Also of those that say that they are empty, as in /proc.
    if (content.size() > most_bytes) {
      return absl::InvalidArgumentError(
          absl::StrCat("has more than ", most_bytes, " bytes"));
    }
  }
}

}  // namespace modelservice
