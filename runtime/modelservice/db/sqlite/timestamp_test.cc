#include "modelservice/db/sqlite/timestamp.h"

#include <gtest/gtest.h>

#include <string>

namespace modelservice::sqlite {
namespace {

std::string Format(int64_t seconds, int32_t nanos) {
  TimestampText text;
  return std::string(text.data(), WriteTimestamp(seconds, nanos, &text));
}

TEST(WriteTimestampTest, WritesTheFractionThatThereIs) {
  EXPECT_EQ(Format(0, 0), "1970-01-01 00:00:00");
  EXPECT_EQ(Format(0, 1000), "1970-01-01 00:00:00.000001");
  EXPECT_EQ(Format(0, 500000000), "1970-01-01 00:00:00.500000");
  EXPECT_EQ(Format(0, 1), "1970-01-01 00:00:00.000000001");
  EXPECT_EQ(Format(0, 123456789), "1970-01-01 00:00:00.123456789");
}

TEST(WriteTimestampTest, KnowsTheCalendar) {
  EXPECT_EQ(Format(-1, 0), "1969-12-31 23:59:59");
  EXPECT_EQ(Format(951827696, 0), "2000-02-29 12:34:56");
  EXPECT_EQ(Format(4107542399, 0), "2100-02-28 23:59:59");
  EXPECT_EQ(Format(4107542400, 0), "2100-03-01 00:00:00");
}

TEST(WriteTimestampTest, KeepsWithinTheYears1To9999) {
  EXPECT_EQ(Format(-62135596800, 0), "0001-01-01 00:00:00");
  EXPECT_EQ(Format(-62135596801, 0), "");
  EXPECT_EQ(Format(253402300799, 999999999), "9999-12-31 23:59:59.999999999");
  EXPECT_EQ(Format(253402300800, 0), "");
  EXPECT_EQ(Format(0, -1), "");
  EXPECT_EQ(Format(0, 1000000000), "");
}

TEST(WriteTimestampTest, TextsCompareAsTimesDo) {
  const std::string texts[] = {
      Format(-1, 999999999), Format(0, 0),    Format(0, 1), Format(0, 1000),
      Format(0, 1001),       Format(0, 2000), Format(1, 0)};
  for (size_t i = 1; i < std::size(texts); ++i) {
    EXPECT_LT(texts[i - 1], texts[i]);
  }
}

}  // namespace
}  // namespace modelservice::sqlite
