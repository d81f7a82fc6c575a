#include "modelservice/server/machine_memory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>

namespace modelservice {
namespace {

constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

class ControlGroups : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove_all(root_); }
  void Write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(
        std::filesystem::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << text;
  }
  int64_t Of(const std::string& groups) {
    return ControlGroupMemory(root_, groups);
  }

  const std::string root_ = testing::TempDir() + "cgroups";
};

TEST_F(ControlGroups, TheSmallestOfAGroupAndThoseAroundIt) {
  Write("/memory.max", "max\n");
  Write("/a/memory.max", "3000000\n");
  Write("/a/b/memory.max", "4000000\n");
  EXPECT_EQ(Of("0::/a/b\n"), 3000000);
  EXPECT_EQ(Of("0::/a\n"), 3000000);
  EXPECT_EQ(Of("0::/\n"), kNoLimit);
}

TEST_F(ControlGroups, OfAContainerThatDoesNotSeeItsPath) {
  Write("/memory.max", "5000000\n");
  EXPECT_EQ(Of("0::/docker/0123/../45\n"), 5000000);
}

TEST_F(ControlGroups, Version1) {
  Write("/memory/a/memory.limit_in_bytes", "6000000\n");
  EXPECT_EQ(Of("4:cpu,cpuacct:/a\n7:memory:/a\n0::/\n"), 6000000);
}

TEST_F(ControlGroups, NothingThatCanBeRead) {
  EXPECT_EQ(Of(""), kNoLimit);
  EXPECT_EQ(Of("nonsense\n::\n0::\n"), kNoLimit);
  Write("/a/memory.max", "-3\n");
  EXPECT_EQ(Of("0::/a\n"), kNoLimit);
}

TEST(MachineMemoryTest, IsSome) {
  EXPECT_GT(MachineMemory(), 64 << 20);
  EXPECT_LT(MachineMemory(), kNoLimit);
}

}  // namespace
}  // namespace modelservice
