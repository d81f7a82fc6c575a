// Which connections are cut.
#include "modelservice/server/breaker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "modelservice/server/connections.h"
#include "modelservice/server/connections_test_support.h"
#include "modelservice/server/stream_counts.h"

namespace modelservice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BreakerTest : public testing::Test {
 protected:
  BreakerTest() { connections_.Add(pair_.server(), pair_.peer()); }

  // What gRPC counts from here on.
  void Count(int64_t begun, int64_t ended, int64_t messages) {
    counts_ = {begun, ended, messages};
  }
  std::vector<std::string> Look(absl::Duration later = absl::Milliseconds(50)) {
    now_ = After(later, now_);
    std::vector<std::string> found;
    for (const Flood& flood : FindFloods(
             2000, now_, all_, connections_, [&](const std::string& peer) {
               EXPECT_EQ(peer, pair_.peer());
               ++asked_;
               return std::optional<StreamCounts>(counts_);
             })) {
      EXPECT_EQ(flood.peer, pair_.peer());
      found.push_back(flood.what);
    }
    return found;
  }

  LoopbackPair pair_;
  Connections connections_;
  StreamCounts counts_;
  bool all_ = false;
  int asked_ = 0;
  SteadyTime now_ = SteadyNow();
};

TEST_F(BreakerTest, WhoBringsNothingIsNotAskedAbout) {
  Count(1000000, 0, 0);
  EXPECT_THAT(Look(), IsEmpty());
  pair_.Send(100);
  EXPECT_THAT(Look(), IsEmpty());
  EXPECT_EQ(asked_, 0);
}

TEST_F(BreakerTest, CallsThatAreNotClearedAway) {
  pair_.Send(10000);
  Count(1900, 0, 1900);
  EXPECT_THAT(Look(), IsEmpty());
  // Whoever has so many is looked at again though nothing came.
  Count(2001, 0, 2001);
  EXPECT_THAT(Look(), ElementsAre(HasSubstr("2001 calls that are open")));
}

TEST_F(BreakerTest, CallsWithoutARequest) {
  pair_.Send(10000);
  Count(100, 100, 0);
  EXPECT_THAT(Look(), IsEmpty());
  pair_.Send(10000);
  Count(2200, 2200, 0);
  EXPECT_THAT(Look(), ElementsAre(HasSubstr("before their requests came")));
}

TEST_F(BreakerTest, ThoseOfALongTimeAreForgiven) {
  for (int64_t i = 0; i < 50; ++i) {
    pair_.Send(10000);
    Count(1000 * i, 1000 * i, 0);
    EXPECT_THAT(Look(absl::Seconds(20)), IsEmpty()) << i;
  }
}

TEST_F(BreakerTest, NorHeldAgainstWhoIsLookedAtForTheFirstTime) {
  pair_.Send(10000);
  Count(1000000, 1000000, 0);
  EXPECT_THAT(Look(), IsEmpty());
  EXPECT_THAT(Look(), IsEmpty());
}

TEST_F(BreakerTest, WhoCallsMuchIsNoFlood) {
  int64_t calls = 0;
  for (int i = 0; i < 100; ++i) {
    pair_.Send(100000);
    calls += 5000;
    Count(calls, calls - 1000, calls - 100);
    EXPECT_THAT(Look(), IsEmpty()) << i;
  }
  // Nor who sends a million messages in one call.
  for (int i = 0; i < 100; ++i) {
    pair_.Send(100000);
    Count(calls, calls, calls + 10000 * i);
    EXPECT_THAT(Look(), IsEmpty()) << i;
  }
}

TEST_F(BreakerTest, MessagesOfOneCallDoNotMakeUpForOthers) {
  pair_.Send(10000);
  Count(1, 0, 1000000);
  EXPECT_THAT(Look(), IsEmpty());
  pair_.Send(10000);
  Count(2100, 2100, 1000000);
  EXPECT_THAT(Look(), ElementsAre(HasSubstr("before their requests came")));
}

TEST_F(BreakerTest, RequestsThatCameInPart) {
  all_ = true;
  const auto find = [this] {
    return FindHalfSent(now_ - std::chrono::seconds(30), connections_);
  };
  // Some that are over do not count.
  Count(10, 10, 4);
  EXPECT_THAT(Look(absl::Seconds(1)), IsEmpty());
  Count(17, 10, 11);
  for (int i = 0; i < 40; ++i) EXPECT_THAT(Look(absl::Seconds(1)), IsEmpty());
  EXPECT_FALSE(find().has_value());
  // Nor do those that come later.
  Count(22, 10, 11);
  for (int i = 0; i < 20; ++i) EXPECT_THAT(Look(absl::Seconds(1)), IsEmpty());
  EXPECT_FALSE(find().has_value());
  Count(22, 10, 16);
  EXPECT_THAT(Look(absl::Seconds(1)), IsEmpty());
  Count(27, 10, 16);
  for (int i = 0; i < 20; ++i) EXPECT_THAT(Look(absl::Seconds(1)), IsEmpty());
  EXPECT_FALSE(find().has_value());
  for (int i = 0; i < 20; ++i) EXPECT_THAT(Look(absl::Seconds(1)), IsEmpty());
  ASSERT_TRUE(find().has_value());
  EXPECT_THAT(find()->what, HasSubstr("5 requests that came in part"));
  // What was not looked at for long may have changed.
  EXPECT_THAT(Look(absl::Seconds(60)), IsEmpty());
  EXPECT_FALSE(find().has_value());
}

TEST_F(BreakerTest, LargeMessagesMayWaitInALargerBuffer) {
  const auto buffer = [this] {
    int bytes = 0;
    socklen_t size = sizeof(bytes);
    getsockopt(pair_.server(), SOL_SOCKET, SO_RCVBUF, &bytes, &size);
    return bytes;
  };
  Connections::SetReceiveBuffer(pair_.server(), 32 << 10);
  const int small = buffer();
  Count(10000, 10000, 10000);
  for (int i = 0; i < 40; ++i) pair_.Send(50000);
  EXPECT_THAT(Look(), IsEmpty());
  EXPECT_EQ(buffer(), small);
  Count(10000, 10000, 10000);
  for (int i = 0; i < 200; ++i) pair_.Send(50000);
  EXPECT_THAT(Look(), IsEmpty());
  EXPECT_GT(buffer(), small);
}

}  // namespace
}  // namespace modelservice
