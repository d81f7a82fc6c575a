// Filters into maps, messages and google.protobuf.Struct, which are JSON.
#include <string>

#include "ways_fixture.h"

namespace integration::ways {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class WaysJsonTest : public WaysTest {
 protected:
  void SetUp() override {
    WaysTest::SetUp();
    AddOrder(1, "NULL", 1,
             R"({"severity": 3, "who": "Ann", "ok": true, "at": null,
                 "in": {"deep": "x", "n": 1.5}})",
             R"({"env": "prod", "team": ""})", R"({"5": "7", "-1": "0"})",
             R"('{"roomName": "north", "floor": 2, "serial": "12",
                  "open": true, "color": "RED", "inner": {"text": "in"},
                  "names": ["a"], "level": 0, "ratio": 0.1, "title": "",
                  "at": "2020-01-01T00:00:00Z", "extra": 4,
                  "parts": {"a.b": {"text": "p"}}}')");
    AddOrder(2, "NULL", 2, R"({"severity": "3", "who": "Bob", "ok": false})",
             R"({"env": "test"})", R"({"5": "9"})", "'{}'");
    AddOrder(3, "NULL", 3);
  }
};

TEST_F(WaysJsonTest, MapsByKey) {
  EXPECT_EQ(Found("labels.env = \"prod\""), "1");
  EXPECT_EQ(Found("labels.env = pr*"), "1");
  EXPECT_EQ(Found("labels.env != prod"), "2 3");
  EXPECT_EQ(Found("labels.env:RO"), "1");
  EXPECT_EQ(Found("labels:env"), "1 2");
  EXPECT_EQ(Found("labels:\"team\""), "1");
  EXPECT_EQ(Found("labels.team:*"), "1");
  EXPECT_EQ(Found("-labels:env"), "3");
  EXPECT_EQ(Found("labels.env = null"), "3");
  EXPECT_EQ(Found("labels.team = \"\""), "1");
  EXPECT_EQ(Found("labels.env = (prod OR test)"), "1 2");
  EXPECT_EQ(Found("labels.\"e*v\" = prod"), "");
  // Its keys are numbers, and its values of 64 bits.
  EXPECT_EQ(Found("counts.5 > 7"), "2");
  EXPECT_EQ(Found("counts.5 = 7"), "1");
  EXPECT_EQ(Found("counts:\"-1\""), "1");
}

TEST_F(WaysJsonTest, StructsByTheValuesType) {
  EXPECT_EQ(Found("custom.severity = 3"), "1");
  EXPECT_EQ(Found("custom.severity = \"3\""), "2");
  EXPECT_EQ(Found("custom.severity >= 2.5"), "1");
  EXPECT_EQ(Found("custom.severity != 3"), "2 3");
  EXPECT_EQ(Found("custom.who = Ann"), "1");
  EXPECT_EQ(Found("custom.who:B"), "2");
  EXPECT_EQ(Found("custom.who > Ann"), "2");
  EXPECT_EQ(Found("custom.ok = true"), "1");
  EXPECT_EQ(Found("custom.ok != true"), "2 3");
  EXPECT_EQ(Found("custom.at = null"), "1 2 3");
  EXPECT_EQ(Found("custom.ok = null"), "3");
  EXPECT_EQ(Found("custom:severity"), "1 2");
  EXPECT_EQ(Found("custom:at"), "1");
  EXPECT_EQ(Found("custom.in.deep = x"), "1");
  EXPECT_EQ(Found("custom.in.n < 2"), "1");
  EXPECT_EQ(Found("custom.in.n.more = 2"), "");
}

TEST_F(WaysJsonTest, MessagesByField) {
  EXPECT_EQ(Found("details.room_name = north"), "1");
  EXPECT_EQ(Found("details.room_name:NO"), "1");
  EXPECT_EQ(Found("details.floor > 1"), "1");
  EXPECT_EQ(Found("details.serial <= 12"), "1 2");
  EXPECT_EQ(Found("details.serial = 12"), "1");
  EXPECT_EQ(Found("details.open = true"), "1");
  EXPECT_EQ(Found("details.color = RED"), "1");
  EXPECT_EQ(Found("details.ratio = 0.1"), "1");
  EXPECT_EQ(Found("details.inner.text = in"), "1");
  EXPECT_EQ(Found("details.extra = 4"), "1");
  EXPECT_EQ(Found("details.parts.\"a.b\".text = p"), "1");
  EXPECT_EQ(Found("details.inner:*"), "1");
  // A field without presence is zero where JSON has none, but not where the
  // message is not there.
  EXPECT_EQ(Found("details.floor = 0"), "2");
  EXPECT_EQ(Found("details.room_name = \"\""), "2");
  EXPECT_EQ(Found("details.open = false"), "2");
  EXPECT_EQ(Found("details.color = NONE"), "2");
  EXPECT_EQ(Found("details.inner.text = \"\""), "");
  EXPECT_EQ(Found("details.color != RED"), "2 3");
  EXPECT_EQ(Found("details.floor:*"), "1");
  EXPECT_EQ(Found("details.level = 0"), "1");
  EXPECT_EQ(Found("details.level = null"), "2 3");
  EXPECT_EQ(Found("details.title = \"\""), "1");
  EXPECT_EQ(Found("details:*"), "1 2");
}

TEST_F(WaysJsonTest, AFaultSaysItsPlaceAndWhatWasExpected) {
  EXPECT_EQ(Fault("details.floor = up"),
            "filter: Character 17: Expected an integer, not \"up\".\n"
            "details.floor = up\n"
            "                ^");
  EXPECT_THAT(Fault("details.flor = 1"),
              StartsWith("filter: Character 9: Details has no field \"flor\". "
                         "It has room_name, floor,"));
  EXPECT_THAT(Fault("details.roomName = 1"), HasSubstr("has no field"));
  EXPECT_THAT(Fault("details.names = a"),
              HasSubstr("\"details.names\" holds no single value"));
  EXPECT_THAT(Fault("details.at > \"2020-01-01T00:00:00Z\""),
              HasSubstr("\"details.at\" holds no single value"));
  EXPECT_THAT(Fault("details.color > RED"), HasSubstr("has no order"));
  EXPECT_THAT(Fault("details.color = GREEN"),
              HasSubstr("Expected one of NONE, RED, not \"GREEN\"."));
  EXPECT_THAT(Fault("details.floor.x = 1"),
              HasSubstr("There is nothing to filter by inside of \"floor\"."));
  EXPECT_THAT(Fault("details = 1"), HasSubstr("holds no single value"));
  EXPECT_THAT(Fault("labels = prod"), HasSubstr("holds no single value"));
  EXPECT_THAT(Fault("counts.x = 1"),
              HasSubstr("Expected an integer as the key, not \"x\"."));
  EXPECT_THAT(Fault("counts.5 = x"), HasSubstr("Expected an integer"));
  EXPECT_THAT(Fault(R"(labels."a\"b" = 1)"),
              HasSubstr("Keys with quotes, backslashes, < or > cannot be"));
  EXPECT_THAT(Fault("custom.ok > true"), HasSubstr("has no order"));
}

}  // namespace
}  // namespace integration::ways
