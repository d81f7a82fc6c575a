#include "modelservice/schema/timestamp_text.h"

#include <gtest/gtest.h>

namespace modelservice {
namespace {

TEST(TimestampText, IsWhatDjangoWrites) {
  EXPECT_EQ(FormatTimestamp(0, 0), "1970-01-01 00:00:00");
  EXPECT_EQ(FormatTimestamp(1577836799, 0), "2019-12-31 23:59:59");
  EXPECT_EQ(FormatTimestamp(0, 1000), "1970-01-01 00:00:00.000001");
  EXPECT_EQ(FormatTimestamp(0, 500000000), "1970-01-01 00:00:00.500000");
  EXPECT_EQ(FormatTimestamp(0, 1), "1970-01-01 00:00:00.000000001");
  EXPECT_EQ(FormatTimestamp(-1, 999999000), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(FormatTimestamp(-62135596800, 0), "0001-01-01 00:00:00");
}

TEST(TimestampText, KnowsTheCalendar) {
  EXPECT_EQ(FormatTimestamp(-1, 0), "1969-12-31 23:59:59");
  EXPECT_EQ(FormatTimestamp(951827696, 0), "2000-02-29 12:34:56");
  EXPECT_EQ(FormatTimestamp(4107542399, 0), "2100-02-28 23:59:59");
  EXPECT_EQ(FormatTimestamp(4107542400, 0), "2100-03-01 00:00:00");
}

TEST(TimestampText, KeepsWithinTheYears1To9999) {
  EXPECT_EQ(FormatTimestamp(-62135596800, 0), "0001-01-01 00:00:00");
  EXPECT_EQ(FormatTimestamp(-62135596801, 0), "");
  EXPECT_EQ(FormatTimestamp(253402300799, 999999999),
            "9999-12-31 23:59:59.999999999");
  EXPECT_EQ(FormatTimestamp(253402300800, 0), "");
  EXPECT_EQ(FormatTimestamp(0, -1), "");
  EXPECT_EQ(FormatTimestamp(0, 1000000000), "");
}

TEST(TimestampText, TextsCompareAsTimesDo) {
  const std::string texts[] = {
      FormatTimestamp(-1, 999999999), FormatTimestamp(0, 0),
      FormatTimestamp(0, 1),          FormatTimestamp(0, 1000),
      FormatTimestamp(0, 1001),       FormatTimestamp(0, 2000),
      FormatTimestamp(1, 0)};
  for (size_t i = 1; i < std::size(texts); ++i) {
    EXPECT_LT(texts[i - 1], texts[i]);
  }
}

TEST(TimestampText, ReadsBackWhatItWrites) {
  for (const int64_t seconds : {int64_t{-62135596800}, int64_t{-1}, int64_t{0},
                                int64_t{951782400}, int64_t{253402300799}}) {
    for (const int32_t nanos : {0, 1, 1000, 123456000, 999999999}) {
      int64_t read_seconds = 0;
      int32_t read_nanos = 0;
      const std::string text = FormatTimestamp(seconds, nanos);
      ASSERT_TRUE(ParseTimestamp(text, &read_seconds, &read_nanos)) << text;
      EXPECT_EQ(read_seconds, seconds) << text;
      EXPECT_EQ(read_nanos, nanos) << text;
    }
  }
}

struct Reading {
  const char* text;
  int64_t seconds;
  int32_t nanos;
};

TEST(TimestampText, ReadsItsKin) {
  const Reading readings[] = {
      {"1970-01-02", 86400, 0},
      {"1970-01-01T00:00:01Z", 1, 0},
      {"1970-01-01 00:01", 60, 0},
      {"1970-01-01T00:01+00:01", 0, 0},
      {"1970-01-01 01:00:00+01:00", 0, 0},
      {"1970-01-01 00:00:00-0130", 5400, 0},
      {"1970-01-01 00:00:00+00", 0, 0},
      {"1970-01-01 00:00:00.5", 0, 500000000},
      {"2000-02-29 12:00:00.123", 951825600, 123000000},
  };
  for (const Reading& reading : readings) {
    int64_t seconds = -1;
    int32_t nanos = -1;
    ASSERT_TRUE(ParseTimestamp(reading.text, &seconds, &nanos)) << reading.text;
    EXPECT_EQ(seconds, reading.seconds) << reading.text;
    EXPECT_EQ(nanos, reading.nanos) << reading.text;
  }
}

TEST(TimestampText, RefusesWhatIsNone) {
  for (const char* text : {"",
                           "1970",
                           "1970-13-01",
                           "1970-02-30",
                           "0000-01-01",
                           "1970-01-01 ",
                           "1970-01-01 24:00:00",
                           "1970-01-01 00:60:00",
                           "1970-01-01 00:00:60",
                           "1970-01-01 00",
                           "1970-01-01 00:00:",
                           "1970-01-01 00:00.5",
                           "1970-01-01 00:00:00.",
                           "1970-01-01 00:00:00x",
                           "1970-01-01 00:00:00.1234567890",
                           "1970-01-01 00:00:00+24:00",
                           "1970-01-01 00:00:00+1",
                           "19700-01-01",
                           "1970-1-1",
                           "now"}) {
    int64_t seconds = 0;
    int32_t nanos = 0;
    EXPECT_FALSE(ParseTimestamp(text, &seconds, &nanos)) << text;
  }
}

}  // namespace
}  // namespace modelservice
