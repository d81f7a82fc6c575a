#include "modelservice/manage/program_file.h"

#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

namespace modelservice {
namespace {

constexpr absl::Duration kSettled = absl::Seconds(1);

bool IsSame(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

// Without the program's own name.
std::vector<std::string> Arguments() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  const std::string line((std::istreambuf_iterator<char>(file)),
                         std::istreambuf_iterator<char>());
  std::vector<std::string> arguments = absl::StrSplit(line, '\0');
  arguments.pop_back();  // behind the last one's end
  return arguments;
}

}  // namespace

ProgramFile::ProgramFile() {
  char path[PATH_MAX];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof(path));
  if (size > 0) path_.assign(path, static_cast<size_t>(size));
  stat(path_.c_str(), &seen_);
}

bool ProgramFile::HasChanged() {
  struct stat now;
  if (stat(path_.c_str(), &now) != 0) return false;
  if (!IsSame(now, seen_)) {
    seen_ = now;
    is_new_ = true;
    since_ = SteadyNow();
  }
  return is_new_ && SteadyNow() >= After(kSettled, since_) &&
         access(path_.c_str(), X_OK) == 0;
}

absl::Status ProgramFile::StartAnew() const {
  std::vector<std::string> arguments = Arguments();
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  execv(path_.c_str(), pointers.data());
  return absl::UnavailableError(
      absl::StrCat("cannot start ", path_, " anew: ", std::strerror(errno)));
}

}  // namespace modelservice
