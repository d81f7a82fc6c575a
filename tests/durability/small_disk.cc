#include "small_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"

namespace durability {
namespace {

std::string LastError() { return std::generic_category().message(errno); }

bool Write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  return static_cast<bool>(file);
}

// Only in a namespace of users may a plain user mount. He stays who he is, for
// PostgreSQL refuses to be run by root.
bool EnterUserNamespace() {
  const uid_t user = geteuid();
  const gid_t group = getegid();
  return unshare(CLONE_NEWUSER) == 0 && Write("/proc/self/setgroups", "deny") &&
         Write("/proc/self/uid_map", absl::StrCat(user, " ", user, " 1")) &&
         Write("/proc/self/gid_map", absl::StrCat(group, " ", group, " 1"));
}

}  // namespace

absl::Status AllowMounts() {
  const bool allowed = geteuid() == 0 || EnterUserNamespace();
  if (!allowed || unshare(CLONE_NEWNS) != 0 ||
      mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return absl::PermissionDeniedError(
        absl::StrCat("this process may not mount a small disk: ", LastError()));
  }
  return absl::OkStatus();
}

SmallDisk::SmallDisk(const std::string& path) : path_(path) {
  EXPECT_EQ(mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=16m,mode=0777"), 0)
      << LastError();
}

SmallDisk::~SmallDisk() {
  // Now or when the last process has closed its files there.
  EXPECT_EQ(umount2(path_.c_str(), MNT_DETACH), 0) << LastError();
}

void SmallDisk::Fill() {
  const int file = open(ballast().c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ASSERT_GE(file, 0) << LastError();
  const std::vector<char> block(4096);
  while (write(file, block.data(), block.size()) > 0) {
  }
  EXPECT_EQ(errno, ENOSPC) << LastError();
  close(file);
}

void SmallDisk::MakeRoom() {
  EXPECT_EQ(unlink(ballast().c_str()), 0) << LastError();
}

}  // namespace durability
