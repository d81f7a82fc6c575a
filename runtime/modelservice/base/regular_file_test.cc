#include "modelservice/base/regular_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

using ::testing::HasSubstr;

class RegularFileTest : public testing::Test {
 protected:
  RegularFileTest()
      : folder_(absl::StrCat(testing::TempDir(), "regular_file_", getpid())) {
    std::filesystem::create_directory(folder_);
  }
  ~RegularFileTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const char* name) const {
    return absl::StrCat(folder_, "/", name);
  }
  void Write(const char* name, const std::string& content) {
    std::ofstream(Path(name), std::ios::binary) << content;
  }
  // Of both functions.
  static std::string FaultOf(const std::string& path) {
    const absl::Status status = ReadRegularFile(path, 100).status();
    EXPECT_EQ(CheckRegularFile(path), status);
    return std::string(status.message());
  }

  const std::string folder_;
};

TEST_F(RegularFileTest, Contents) {
  const std::string all = std::string("a\0b\n", 4) + std::string(100000, 'x');
  Write("file", all);
  Write("empty", "");
  EXPECT_EQ(*ReadRegularFile(Path("file"), 1 << 20), all);
  EXPECT_EQ(*ReadRegularFile(Path("file"), all.size()), all);
  EXPECT_EQ(*ReadRegularFile(Path("empty"), 0), "");
  // As Kubernetes mounts secrets.
  std::filesystem::create_symlink("file", Path("link"));
  EXPECT_EQ(*ReadRegularFile(Path("link"), 1 << 20), all);
  EXPECT_EQ(ReadRegularFile(Path("file"), all.size() - 1).status(),
            absl::InvalidArgumentError("has more than 100003 bytes"));
}

TEST_F(RegularFileTest, WhatIsNoFileIsRefusedAtOnce) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  std::filesystem::create_symlink("fifo", Path("link"));
  EXPECT_EQ(FaultOf(Path("fifo")), "is a FIFO; name a file");
  EXPECT_EQ(FaultOf(Path("link")), "is a FIFO; name a file");
  EXPECT_EQ(FaultOf(folder_), "is a folder; name a file");
  EXPECT_EQ(FaultOf("/dev/zero"), "is a device; name a file");
  EXPECT_EQ(FaultOf("/dev/null"), "is a device; name a file");
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = Path("s");
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(bind(socket, reinterpret_cast<const sockaddr*>(&address),
                 sizeof(address)),
            0);
  EXPECT_EQ(FaultOf(path), "is a socket; name a file");
  close(socket);
}

TEST_F(RegularFileTest, WhatIsNotThere) {
  const absl::Status status = ReadRegularFile(Path("none"), 1).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "cannot be read: No such file or directory");
  EXPECT_THAT(FaultOf("/dev/null/x"), HasSubstr("Not a directory"));
  std::filesystem::create_symlink("circle", Path("circle"));
  EXPECT_THAT(FaultOf(Path("circle")), HasSubstr("symbolic links"));
}

// Files of the kernel have no size.
TEST_F(RegularFileTest, AFileThatSaysItIsEmpty) {
  EXPECT_THAT(*ReadRegularFile("/proc/self/status", 1 << 20),
              HasSubstr("Pid:"));
  EXPECT_EQ(ReadRegularFile("/proc/self/status", 10).status(),
            absl::InvalidArgumentError("has more than 10 bytes"));
}

}  // namespace
}  // namespace modelservice
