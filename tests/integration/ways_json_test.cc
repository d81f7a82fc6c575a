// Filters into maps, messages and google.protobuf.Struct, which are JSON.
#include <string>

#include "absl/strings/str_cat.h"
#include "ways_json_fixture.h"

namespace integration::ways {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

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

TEST_F(WaysJsonTest, TimesAndDurationsInsideOfMessages) {
  EXPECT_EQ(Found("details.at = \"2020-01-01T00:00:00Z\""), "1");
  EXPECT_EQ(Found("details.at = 2020-01-01T02:00:00+02:00"), "1");
  EXPECT_EQ(Found("details.at:2020-01-01T00:00:00Z"), "1");
  EXPECT_EQ(Found("details.at > 2019-12-31T23:59:59.999999Z"), "1");
  EXPECT_EQ(Found("details.at < 2020-01-01T00:00:00.000001Z"), "1");
  EXPECT_EQ(Found("details.at > 2020-01-01T00:00:00Z"), "");
  EXPECT_EQ(Found("details.at != 2020-01-01T00:00:00Z"), "2 3");
  EXPECT_EQ(Found("details.at = null"), "2 3");
  EXPECT_EQ(Found("details.at:*"), "1");
  EXPECT_EQ(Found("details.span = 1.5s"), "1");
  EXPECT_EQ(Found("details.span <= 1.499999s"), "");
  EXPECT_EQ(Found("details.span > -2s"), "1");
  EXPECT_EQ(Found("details.span = null"), "2 3");
  EXPECT_EQ(Found("details.spans.s < 0s"), "1");
  EXPECT_EQ(Found("details.spans.s = -0.5s"), "1");
  EXPECT_EQ(Found("details.spans:s"), "1");
}

TEST_F(WaysJsonTest, OtherFormsOfTimesAreTimesToo) {
  AddOrder(4, "NULL", 4, "{}", "{}", "{}",
           R"('{"at": "2020-03-01T00:59:59.123456789+01:00",
                "span": "-3.000000001s"}')");
  AddOrder(5, "NULL", 5, "{}", "{}", "{}",
           R"('{"at": "0001-01-01T00:00:00Z", "span": "315576000000s"}')");
  EXPECT_EQ(Found("details.at > 2020-02-29T23:59:59.123455Z"), "4");
  EXPECT_EQ(Found("details.at < 2020-02-29T23:59:59.123457Z"), "1 4 5");
  EXPECT_EQ(Found("details.at > 2020-02-29T23:59:59.123456Z"), "4");
  EXPECT_EQ(Found("details.at = 2020-02-29T23:59:59.123456Z"), "");
  EXPECT_EQ(Found("details.at = 2020-02-29T23:59:59.123456789Z"), "4");
  EXPECT_EQ(Found("details.at >= 2020-02-29T23:59:59.123456790Z"), "");
  EXPECT_EQ(Found("details.at = 0001-01-01T00:00:00Z"), "5");
  EXPECT_EQ(Found("details.span < -3s"), "4");
  EXPECT_EQ(Found("details.span < -3.000001s"), "");
  EXPECT_EQ(Found("details.span = 315576000000s"), "5");
}

// Of the first and the last second of all, and of those before 1970.
TEST_F(WaysJsonTest, TimesDifferByANanosecond) {
  AddOrder(4, "NULL", 4, "{}", "{}", "{}",
           R"('{"at": "9999-12-31T23:59:59.999999999Z",
                "times": ["1969-12-31T23:59:59.500000001Z"]}')");
  EXPECT_EQ(Found("details.at > 9999-12-31T23:59:59.999999Z"), "4");
  EXPECT_EQ(Found("details.at >= 9999-12-31T23:59:59.999999999Z"), "4");
  EXPECT_EQ(Found("details.at = 9999-12-31T23:59:59.999999999Z"), "4");
  EXPECT_EQ(Found("details.at < 9999-12-31T23:59:59.999999999Z"), "1");
  EXPECT_EQ(Found("details.times:1969-12-31T23:59:59.5Z"), "");
  EXPECT_EQ(Found("details.times:1969-12-31T23:59:59.500000001Z"), "4");
}

// An integer is a value or a key, and no place in a list.
TEST_F(WaysJsonTest, ElementsOfStructsHaveNoPlaces) {
  AddOrder(4, "NULL", 4,
           R"({"l": [1, "1", null, 2.5, [7]], "o": {"1": "x", "-1": {"0": 2}},
               "in": [[5, 6]]})");
  EXPECT_EQ(Found("custom.l:1"), "4");
  EXPECT_EQ(Found("custom.l:\"1\""), "4");
  for (const char* value : {"0", "3", "-1", "\"-2\"", "\" 3\"", "\"+1\""}) {
    EXPECT_EQ(Found(absl::StrCat("custom.l:", value)), "") << value;
    EXPECT_EQ(Found(absl::StrCat("NOT custom.l:", value)), "1 2 3 4") << value;
  }
  EXPECT_EQ(Found("custom.l.0 = 1"), "");
  EXPECT_EQ(Found("custom.l.4.0 = 7"), "");
  EXPECT_EQ(Found("custom.in.0:5"), "");
  EXPECT_EQ(Found("custom.o:1"), "4");
  EXPECT_EQ(Found("custom.o.1 = x"), "4");
  EXPECT_EQ(Found("custom.o.\"-1\".0 = 2"), "4");
  EXPECT_EQ(Found("custom.o.\"-1\":0"), "4");
}

TEST_F(WaysJsonTest, ListsByTheirElements) {
  // Of a column.
  EXPECT_EQ(Found("words:pen"), "1");
  EXPECT_EQ(Found("words:\"red ink\""), "1");
  EXPECT_EQ(Found("words:ink"), "");
  EXPECT_EQ(Found("words:*ink"), "1");
  EXPECT_EQ(Found("words:PEN"), "");
  EXPECT_EQ(Found("words:(pen AND \"red ink\")"), "1");
  EXPECT_EQ(Found("words:(ink OR pen)"), "1");
  EXPECT_EQ(Found("words:*"), "1");
  EXPECT_EQ(Found("-words:*"), "2 3");
  EXPECT_EQ(Found("NOT words:pen"), "2 3");
  EXPECT_EQ(Found("sizes:9007199254740993"), "1");
  EXPECT_EQ(Found("sizes:9007199254740992"), "");
  EXPECT_EQ(Found("parts.text:lid"), "1");
  EXPECT_EQ(Found("parts:*"), "1");
  // Inside of a message.
  EXPECT_EQ(Found("details.names:a"), "1");
  EXPECT_EQ(Found("details.names:*"), "1");
  EXPECT_EQ(Found("details.items.text:two"), "1");
  EXPECT_EQ(Found("details.items.text:tw"), "");
  EXPECT_EQ(Found("details.items.text:t*"), "1");
  // A field without presence is zero in an element, too.
  EXPECT_EQ(Found("details.items.text:\"\""), "1");
  EXPECT_EQ(Found("details.items.text:(one AND two)"), "1");
  EXPECT_EQ(Found("details.sizes:-6"), "1");
  EXPECT_EQ(Found("details.times:2020-01-01T00:00:00.5Z"), "1");
  EXPECT_EQ(Found("details.colors:RED"), "1");
  EXPECT_EQ(Found("details.colors:NONE"), "");
  EXPECT_EQ(Found("details.parts:\"a.b\""), "1");
  // Of values of no known type.
  for (const char* element : {"x", "3", "true", "null", "*"}) {
    EXPECT_EQ(Found(absl::StrCat("details.list:", element)), "1") << element;
  }
  EXPECT_EQ(Found("details.list:\"3\""), "");
  EXPECT_EQ(Found("details.list:false"), "");
  EXPECT_EQ(Found("details.list.k:v"), "1");
  EXPECT_EQ(Found("details.lists.a:p"), "1");
  EXPECT_EQ(Found("details.lists.a:\"q\\*\""), "1");
  EXPECT_EQ(Found("details.lists.b:p"), "");
  EXPECT_EQ(Found("details.structs.k.deep:1"), "1");
  EXPECT_EQ(Found("details.structs:k"), "1");
}

TEST_F(WaysJsonTest, ListsInAStructAreFoundOut) {
  AddOrder(4, "NULL", 4,
           R"({"tags": ["x", 5, true], "map": {"a": 1},
               "items": [{"k": "one"}, {"k": ["x"]}]})");
  EXPECT_EQ(Found("custom.tags:x"), "4");
  EXPECT_EQ(Found("custom.tags:5"), "4");
  EXPECT_EQ(Found("custom.tags:true"), "4");
  EXPECT_EQ(Found("custom.tags:\"5\""), "");
  EXPECT_EQ(Found("custom.items.k:one"), "4");
  EXPECT_EQ(Found("custom.items.k:on"), "");
  EXPECT_EQ(Found("custom.map:a"), "4");
  EXPECT_EQ(Found("custom.in:deep"), "1");
  // A text has what is in it.
  EXPECT_EQ(Found("custom.who:B"), "2");
  EXPECT_EQ(Found("-custom.tags:x"), "1 2 3");
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
  EXPECT_EQ(Fault("total = 1 details.names = a"),
            "filter: Character 11: \"details.names\" is a list; "
            "details.names:value asks whether it has such an element.\n"
            "total = 1 details.names = a\n"
            "          ^");
  EXPECT_THAT(Fault("details.items.text != a"),
              HasSubstr("\"details.items\" is a list; details.items.text:value "
                        "asks whether"));
  EXPECT_THAT(Fault("words > a"),
              HasSubstr("\"words\" is a list; words:value"));
  EXPECT_THAT(Fault("words = null"), HasSubstr("\"words\" is a list"));
  EXPECT_THAT(Fault("words.0:a"),
              HasSubstr("There is nothing to filter by inside of \"words\"."));
  EXPECT_THAT(Fault("details.items:a"),
              HasSubstr("\"details.items\" holds no single value"));
  EXPECT_THAT(Fault("details.items.name:a"),
              HasSubstr("Inner has no field \"name\". It has text."));
  EXPECT_THAT(Fault("details.sizes:x"),
              HasSubstr("Expected an integer, not \"x\"."));
  EXPECT_THAT(Fault("details.at > tomorrow"),
              HasSubstr("Expected a timestamp like"));
  EXPECT_THAT(Fault("details.span > 5"), HasSubstr("Expected a duration in"));
  EXPECT_THAT(Fault("details.data = x"),
              HasSubstr("\"details.data\" holds no single value"));
  EXPECT_THAT(Fault("details.color > RED"), HasSubstr("has no order"));
  EXPECT_THAT(Fault("details.color = GREEN"),
              HasSubstr("Expected one of NONE, RED, not \"GREEN\"."));
  EXPECT_THAT(Fault("details.floor.x = 1"),
              HasSubstr("inside of \"details.floor\"."));
  EXPECT_THAT(Fault("details = 1"), HasSubstr("holds no single value"));
  EXPECT_THAT(Fault("labels = prod"),
              HasSubstr("\"labels\" is a map; labels.key = value"));
  EXPECT_THAT(Fault("labels.env.x = 1"),
              HasSubstr("inside of \"labels.env\"."));
  EXPECT_THAT(Fault("counts.x = 1"),
              HasSubstr("Expected an integer as the key, not \"x\"."));
  EXPECT_THAT(Fault("counts.5 = x"), HasSubstr("Expected an integer"));
  EXPECT_THAT(Fault("custom.ok > true"), HasSubstr("has no order"));
}

}  // namespace
}  // namespace integration::ways
