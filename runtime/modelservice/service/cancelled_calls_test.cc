#include "modelservice/service/cancelled_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CancelledCallsTest : public testing::Test {
 protected:
  void Count(const std::string& peer, int times, absl::Duration at = {}) {
    for (int i = 0; i < times; ++i) calls_.Count(peer, After(at, start_));
  }

  const SteadyTime start_ = SteadyNow();
  std::vector<std::string> dropped_;
  CancelledCalls calls_{
      10, [this](const std::string& peer) { dropped_.push_back(peer); }};
};

TEST_F(CancelledCallsTest, OneMoreThanAPeerMayHave) {
  Count("a", 10);
  Count("b", 10);
  EXPECT_THAT(dropped_, IsEmpty());
  Count("a", 1);
  EXPECT_THAT(dropped_, ElementsAre("a"));
}

TEST_F(CancelledCallsTest, AsManyAgainInHalfAMinute) {
  Count("a", 10);
  Count("a", 5, absl::Seconds(15));
  EXPECT_THAT(dropped_, IsEmpty());
  Count("a", 1, absl::Seconds(15));
  EXPECT_THAT(dropped_, ElementsAre("a"));
}

TEST_F(CancelledCallsTest, WhoComesBackIsANewOne) {
  Count("a", 11);
  Count("a", 10);
  EXPECT_THAT(dropped_, ElementsAre("a"));
  Count("a", 1);
  EXPECT_THAT(dropped_, ElementsAre("a", "a"));
}

TEST_F(CancelledCallsTest, ManyPeersAreForgottenInTime) {
  for (int i = 0; i < 5000; ++i) Count(absl::StrCat(i), 10);
  for (int i = 0; i < 5000; ++i) {
    Count(absl::StrCat(i), 10, absl::Minutes(2));
  }
  EXPECT_THAT(dropped_, IsEmpty());
}

}  // namespace
}  // namespace modelservice
