#include "modelservice/base/waiting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace modelservice {
namespace {

TEST(WaitingTest, IsRefusedWhereAThreadMustNot) {
  EXPECT_TRUE(CheckMayWait("this").ok());
  {
    const NoWaiting outer;
    { const NoWaiting inner; }
    const absl::Status status = CheckMayWait("Transact");
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()),
                testing::StartsWith("Transact waits"));
    EXPECT_THAT(std::string(status.message()),
                testing::HasSubstr("blocking()"));
    std::thread([] { EXPECT_TRUE(CheckMayWait("this").ok()); }).join();
  }
  EXPECT_TRUE(CheckMayWait("this").ok());
}

}  // namespace
}  // namespace modelservice
