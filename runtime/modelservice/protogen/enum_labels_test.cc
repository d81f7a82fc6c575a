#include "modelservice/protogen/enum_labels.h"

#include <gtest/gtest.h>

namespace modelservice::proto {
namespace {

TEST(CanBeValues, TakesNames) {
  EXPECT_TRUE(CanBeValues("Mood", {"sad", "ok", "happy"}));
  EXPECT_TRUE(CanBeValues("Mood", {"a_b", "c"}));
}

TEST(CanBeValues, RefusesWhatNoValueCanBeCalled) {
  for (const char* label : {"1st", "very sad", "", "_x", "reserved", "option",
                            "class", "EOF", "Swap", "naïve"}) {
    EXPECT_FALSE(CanBeValues("Mood", {"fine", label})) << label;
  }
  EXPECT_FALSE(CanBeValues("Mood", {}));
}

// protoc says of these that they "conflict".
TEST(CanBeValues, RefusesWhatProtocCannotTellApart) {
  EXPECT_FALSE(CanBeValues("Verdict", {"ok", "OK"}));
  EXPECT_FALSE(CanBeValues("Verdict", {"not_ok", "notok", "NOT_OK"}));
  EXPECT_FALSE(CanBeValues("Status", {"open", "status_open"}));
  EXPECT_FALSE(CanBeValues("OrderStatus", {"open", "ORDER_STATUS_OPEN"}));
  EXPECT_TRUE(CanBeValues("Status", {"status", "open"}));
}

}  // namespace
}  // namespace modelservice::proto
