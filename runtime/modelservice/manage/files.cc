#include "modelservice/manage/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "modelservice/base/regular_file.h"

namespace modelservice {
namespace {

constexpr mode_t kUsualMode = 0666;
// Of a .proto file.
constexpr size_t kMaxFile = 64 << 20;

absl::Status WriteError(const std::string& path, int code) {
  return absl::UnavailableError(
      absl::StrCat("cannot write ", path, ": ", std::strerror(code)));
}

// A file beside `path`, removed at the end, that takes its place in one step.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& path)
      : path_(path), name_(absl::StrCat(path, ".XXXXXX")) {
    descriptor_ = mkstemp(name_.data());
    if (descriptor_ < 0) status_ = WriteError(path_, errno);
  }
  ~TemporaryFile() {
    if (descriptor_ < 0) return;
    close(descriptor_);
    unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  absl::Status Fill(absl::string_view content, mode_t mode) {
    if (!status_.ok()) return status_;
    while (!content.empty()) {
      const ssize_t written =
          write(descriptor_, content.data(), content.size());
      if (written < 0) {
        if (errno == EINTR) continue;
        return WriteError(path_, errno);
      }
      content.remove_prefix(static_cast<size_t>(written));
    }
    if (fchmod(descriptor_, mode) != 0 || fsync(descriptor_) != 0) {
      return WriteError(path_, errno);
    }
    return absl::OkStatus();
  }

  const std::string& name() const { return name_; }

 private:
  const std::string& path_;
  std::string name_;
  int descriptor_;
  absl::Status status_;
};

mode_t UsualMode() {
  const mode_t mask = umask(0);
  umask(mask);
  return kUsualMode & ~mask;
}

absl::Status Exists(const std::string& path) {
  return absl::AlreadyExistsError(
      absl::StrCat("File \"", path, "\" already exists."));
}

}  // namespace

bool FileExists(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0;
}

absl::StatusOr<std::string> ReadWholeFile(const std::string& path) {
  if (!FileExists(path)) {
    return absl::NotFoundError(absl::StrCat("there is no file ", path));
  }
  absl::StatusOr<std::string> content = ReadRegularFile(path, kMaxFile);
  if (content.ok()) return content;
  return absl::UnavailableError(
      absl::StrCat(path, " ", content.status().message()));
}

absl::Status CreateFile(const std::string& path, absl::string_view content) {
  TemporaryFile file(path);
  if (auto status = file.Fill(content, UsualMode()); !status.ok()) {
    return status;
  }
  // Unlike rename, this fails when the name is taken.
  if (link(file.name().c_str(), path.c_str()) == 0) return absl::OkStatus();
  const int fault = errno;
  if (fault == EEXIST) return Exists(path);
  // Not every file system has links.
  if (fault != EPERM && fault != EOPNOTSUPP && fault != ENOSYS &&
      fault != EMLINK && fault != EXDEV) {
    return WriteError(path, fault);
  }
  const int taken =
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kUsualMode);
  if (taken < 0) {
    return errno == EEXIST ? Exists(path) : WriteError(path, errno);
  }
  close(taken);
  if (rename(file.name().c_str(), path.c_str()) == 0) return absl::OkStatus();
  const int failed = errno;
  unlink(path.c_str());
  return WriteError(path, failed);
}

absl::Status ReplaceFile(const std::string& path, absl::string_view content) {
  char* const resolved = realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return WriteError(path, errno);
  const std::string target = resolved;
  std::free(resolved);
  struct stat info;
  if (stat(target.c_str(), &info) != 0) return WriteError(path, errno);
  TemporaryFile file(target);
  if (auto status = file.Fill(content, info.st_mode & 07777); !status.ok()) {
    return status;
  }
  if (rename(file.name().c_str(), target.c_str()) != 0) {
    return WriteError(path, errno);
  }
  return absl::OkStatus();
}

}  // namespace modelservice
