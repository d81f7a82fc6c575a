// What docs/guard.md says of tests without a server.
#include <gtest/gtest.h>

#include "modelservice/testing.h"
#include "news.h"

namespace news {
namespace {

TEST(Unit, APermission) {
  const auto night_shift = NewNightShift();
  modelservice::Principal ann;
  ann.subject = "ann";
  (*ann.claims.mutable_fields())["team"].set_string_value("night");
  const modelservice::TestCallContext call =
      modelservice::CallContextBuilder()
          .Method("/news.Desk/Newsroom")
          .Peer("ipv4:10.0.0.1:5")
          .Metadata("x-request-id", "1")
          .Deadline(absl::Seconds(1))
          .Principal(ann)
          .Build();
  EXPECT_TRUE(night_shift->Allows(call));
  EXPECT_FALSE(
      night_shift->Allows(modelservice::CallContextBuilder().Build()));
}

}  // namespace
}  // namespace news
