#include "modelservice/schema/time_text.h"

#include <gtest/gtest.h>

#include <string>

#include "modelservice/schema/json_syntax.h"
#include "modelservice/schema/uuid_text.h"

namespace modelservice {
namespace {

std::string Date(const char* text) {
  std::string date;
  return ReadDate(text, &date) ? date : "none";
}
std::string Clock(const char* text, bool midnight_after = false) {
  std::string clock;
  return ReadTimeOfDay(text, midnight_after, &clock) ? clock : "none";
}

TEST(TimeText, Dates) {
  EXPECT_EQ(Date("2024-02-29"), "2024-02-29");
  EXPECT_EQ(Date("2024-2-9"), "2024-02-09");
  for (const char* text : {"2023-02-29", "0000-01-01", "24-01-01", "2024-13-01",
                           "2024-01-32", "2024-1-1 ", "20240101", ""}) {
    EXPECT_EQ(Date(text), "none") << text;
  }
}

TEST(TimeText, TimesOfDay) {
  EXPECT_EQ(Clock("10:00"), "10:00:00");
  EXPECT_EQ(Clock("1:2:3.5"), "01:02:03.500000");
  EXPECT_EQ(Clock("10:00:00.000000"), "10:00:00");
  EXPECT_EQ(Clock("10:00:00,1234567"), "10:00:00.123456");
  EXPECT_EQ(Clock("24:00:00", true), "24:00:00");
  for (const char* text : {"24:00:00", "10", "10:60", "10:00:60", "10:00:00.",
                           "10:00:00.x", "10:00Z", "", "-1:00"}) {
    EXPECT_EQ(Clock(text), "none") << text;
  }
  EXPECT_EQ(Clock("24:00:01", true), "none");
}

TEST(TimeText, Datetimes) {
  const auto read = [](const char* text) -> std::string {
    int64_t seconds = 0;
    int32_t nanos = 0;
    return ReadDatetime(text, &seconds, &nanos) ? IsoTimestamp(seconds, nanos)
                                                : "none";
  };
  EXPECT_EQ(read("2024-02-29T10:00:00.123456789Z"),
            "2024-02-29T10:00:00.123456789Z");
  EXPECT_EQ(read("2024-2-9 1:2"), "2024-02-09T01:02:00Z");
  EXPECT_EQ(read("2024-2-9T1:2+02:00"), "2024-02-08T23:02:00Z");
  EXPECT_EQ(read("2024-02-29T10:00:00,5 Z"), "2024-02-29T10:00:00.500000Z");
  EXPECT_EQ(read("2024-02-29T10:00:00.123456789012-0030"),
            "2024-02-29T10:30:00.123456Z");
  for (const char* text :
       {"", "2024-02-29", "2024-02-29T", "2024-02-29T24:00", "2024-02-30T1:2",
        "2024-2-9T1:2+2", "2024-02-29T10:00:00.Z", "2024-2-9TZ", "T10:00"}) {
    EXPECT_EQ(read(text), "none") << text;
  }
}

TEST(TimeText, IsoTimestamps) {
  EXPECT_EQ(IsoTimestamp(0, 0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(IsoTimestamp(-1, 500000000), "1969-12-31T23:59:59.500000Z");
  EXPECT_EQ(IsoTimestamp(0, 1), "1970-01-01T00:00:00.000000001Z");
  EXPECT_EQ(IsoTimestamp(253402300800, 0), "10000-01-01T00:00:00Z");
  EXPECT_EQ(IsoTimestamp(-62135596801, 0), "0001-12-31T23:59:59Z BC");
  EXPECT_EQ(IsoFarTime("0044-03-15 01:02:03.5+00 BC"),
            "0044-03-15T01:02:03.500000Z BC");
  EXPECT_EQ(IsoFarTime("12024-01-01 00:00:00"), "12024-01-01T00:00:00Z");
  EXPECT_EQ(IsoFarTime("12024-01-01T00:00:00Z"), "12024-01-01T00:00:00Z");
  EXPECT_EQ(IsoFarTime("-infinity"), "-infinity");
  for (const char* text : {"infinity", "-infinity", "12024-01-01",
                           "12024-01-01T00:00:00Z", "0044-03-15 BC"}) {
    EXPECT_TRUE(IsFarTime(text)) << text;
  }
  for (const char* text : {"", "2024-01-01", "infinite", "44-03-15 BC", "x"}) {
    EXPECT_FALSE(IsFarTime(text)) << text;
  }
}

TEST(UuidText, ReadsWhatPythonReads) {
  const std::string digits = "0123456789abcdef0123456789abcdef";
  std::string read;
  for (const char* text : {"0123456789abcdef0123456789abcdef",
                           "01234567-89ab-cdef-0123-456789abcdef",
                           "{01234567-89AB-CDEF-0123-456789ABCDEF}",
                           "urn:uuid:01234567-89ab-cdef-0123-456789abcdef"}) {
    ASSERT_TRUE(ReadUuid(text, &read)) << text;
    EXPECT_EQ(read, digits);
  }
  EXPECT_EQ(WithHyphens(digits), "01234567-89ab-cdef-0123-456789abcdef");
  for (const char* text : {"", "0123456789abcdef0123456789abcde",
                           "0123456789abcdef0123456789abcdef0",
                           "0123456789abcdef0123456789abcdeg"}) {
    EXPECT_FALSE(ReadUuid(text, &read)) << text;
  }
}

TEST(JsonSyntax, TellsJson) {
  for (const char* text :
       {"1", " -0.5e+10 ", "\"\\u0041\\n\"", "[]", "{}", "null", "true",
        "{\"a\": [1, {\"b\": \"\"}], \"a\": 12345678901234567890}"}) {
    EXPECT_TRUE(IsJson(text)) << text;
  }
  for (const char* text :
       {"", " ", "{", "[1,]", "{\"a\"}", "{a:1}", "01", "1.", "+1", ".5", "NaN",
        "'a'", "\"\\x\"", "\"\\u00g0\"", "\"\n\"", "1 2", "tru", "[1}"}) {
    EXPECT_FALSE(IsJson(text)) << text;
  }
  EXPECT_TRUE(IsJson(std::string(99, '[') + std::string(99, ']')));
  EXPECT_FALSE(IsJson(std::string(100000, '[') + std::string(100000, ']')));
}

}  // namespace
}  // namespace modelservice
