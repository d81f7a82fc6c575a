#include "modelservice/db/sqlite/file_place.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/sqlite/connection.h"

namespace modelservice::sqlite {

FilePlace::FilePlace(absl::string_view path) {
  if (path == kInMemory) return;
  // SQLite, too, does not look for it in another folder later.
  std::error_code error;
  path_ = std::filesystem::absolute(std::string(path), error).string();
  if (error) path_.clear();
}

void FilePlace::Remember() {
  struct stat info {};
  if (path_.empty() || stat(path_.c_str(), &info) != 0) return;
  device_ = info.st_dev;
  number_ = info.st_ino;
  known_.store(true, std::memory_order_release);
}

absl::Status FilePlace::Check() {
  if (!known_.load(std::memory_order_acquire)) return absl::OkStatus();
  struct stat info {};
  const bool found = stat(path_.c_str(), &info) == 0;
  // Anything else, like a lost right, says nothing about the file.
  const bool deleted =
      !found && (errno == ENOENT || errno == ENOTDIR || errno == ESTALE);
  const bool replaced =
      found && (info.st_dev != device_ || info.st_ino != number_);
  moved_.store(deleted || replaced, std::memory_order_relaxed);
  if (!deleted && !replaced) return absl::OkStatus();
  return MakeDatabaseError(
      DatabaseError::Kind::kConnection,
      deleted
          ? absl::StrCat("the file ", path_,
                         " was deleted or renamed while it was open; put it "
                         "back, or restart the server")
          : absl::StrCat("another file has taken the place of ", path_,
                         " since it was opened; put the first one back, or "
                         "restart the server to use the other"));
}

}  // namespace modelservice::sqlite
