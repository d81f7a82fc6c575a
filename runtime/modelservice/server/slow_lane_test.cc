// Whose next connections wait.
#include "modelservice/server/slow_lane.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace modelservice {
namespace {

using ::testing::IsEmpty;

// Descriptors that may be closed.
int OpenOne() { return dup(STDERR_FILENO); }

TEST(SlowLaneTest, OneASecondForHalfAMinute) {
  using Way = SlowLane::Way;
  SlowLane lane;
  const SteadyTime start = SteadyNow();
  const auto at = [&](double seconds) {
    return After(absl::Seconds(seconds), start);
  };
  const auto take = [&](double seconds, const std::string& address) {
    return lane.Take(address, {-1, OpenOne(), address}, at(seconds));
  };
  EXPECT_EQ(take(0, "a"), Way::kGo);
  lane.Add("a", at(0));
  EXPECT_EQ(take(0.1, "b"), Way::kGo);
  EXPECT_EQ(take(0.1, "a"), Way::kWait);
  EXPECT_EQ(take(0.2, "a"), Way::kWait);
  EXPECT_FALSE(lane.empty());
  EXPECT_THAT(lane.Due(at(0.9)), IsEmpty());
  EXPECT_EQ(lane.Due(at(1)).size(), 1u);
  EXPECT_THAT(lane.Due(at(1.9)), IsEmpty());
  EXPECT_EQ(lane.Due(at(2.1)).size(), 1u);
  EXPECT_TRUE(lane.empty());
  EXPECT_EQ(take(2.2, "a"), Way::kWait);
  EXPECT_EQ(lane.Due(at(3.2)).size(), 1u);
  EXPECT_EQ(take(10, "a"), Way::kGo);
  EXPECT_EQ(take(10.5, "a"), Way::kWait);
  EXPECT_EQ(lane.Due(at(31)).size(), 1u);
  // All is forgiven.
  EXPECT_EQ(take(31.1, "a"), Way::kGo);
  EXPECT_EQ(take(31.2, "a"), Way::kGo);
}

TEST(SlowLaneTest, IsNoLongerThanItMayBe) {
  SlowLane lane;
  const SteadyTime now = SteadyNow();
  lane.Add("a", now);
  size_t waiting = 0;
  SlowLane::Way way;
  std::vector<int> opened;
  do {
    opened.push_back(OpenOne());
    way = lane.Take("a", {-1, opened.back(), "a"}, now);
    waiting += way == SlowLane::Way::kWait ? 1 : 0;
  } while (way == SlowLane::Way::kWait);
  EXPECT_EQ(way, SlowLane::Way::kFull);
  EXPECT_EQ(waiting, 100u);
  close(opened.back());
  // What still waits is closed.
  lane.Clear();
  for (size_t i = 0; i + 1 < opened.size(); ++i) {
    EXPECT_EQ(close(opened[i]), -1) << i;
  }
}

}  // namespace
}  // namespace modelservice
