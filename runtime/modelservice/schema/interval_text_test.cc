#include "modelservice/schema/interval_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

constexpr int64_t kSecond = 1000000;
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

// "months days micros", or "none".
std::string Taken(const std::string& text) {
  Interval interval;
  if (!ParseInterval(text, &interval)) return "none";
  return absl::StrCat(interval.months, " ", interval.days, " ",
                      interval.micros);
}

std::string Written(const Interval& interval) {
  std::string text;
  AppendInterval(interval, &text);
  return text;
}

TEST(IntervalText, ThereAndBack) {
  const std::vector<std::pair<Interval, const char*>> cases = {
      {{0, 0, 0}, "00:00:00"},
      {{0, 0, 108000 * kSecond}, "30:00:00"},
      {{0, 1, 7384 * kSecond + 550000}, "1 02:03:04.550000"},
      {{0, -1, 86399 * kSecond + 999999}, "-1 23:59:59.999999"},
      {{0, 0, -kSecond}, "-00:00:01"},
      {{13, -2, 0}, "1 year 1 mon -2 days 00:00:00"},
      {{-1, 1, -1}, "-1 mons 1 day -00:00:00.000001"},
      {{0, 0, kMost}, "2562047788:00:54.775807"},
      {{0, 0, kLeast}, "-2562047788:00:54.775808"},
  };
  for (const auto& [interval, text] : cases) {
    EXPECT_EQ(Written(interval), text);
    EXPECT_EQ(Taken(text), absl::StrCat(interval.months, " ", interval.days,
                                        " ", interval.micros))
        << text;
  }
}

TEST(IntervalText, WhatDjangoReads) {
  EXPECT_EQ(Taken("90"), "0 0 90000000");
  EXPECT_EQ(Taken("1:30"), "0 0 90000000");
  EXPECT_EQ(Taken("3 4:05:06"), "0 3 14706000000");
  EXPECT_EQ(Taken("3 days, 4:05:06"), "0 3 14706000000");
  EXPECT_EQ(Taken("1 day, 2:3"), "0 1 123000000");
  EXPECT_EQ(Taken("1 days, 2"), "0 1 2000000");
  EXPECT_EQ(Taken("0.1234567"), "0 0 123456");
  EXPECT_EQ(Taken("P3DT4H5M6.7S"), "0 3 14706700000");
  EXPECT_EQ(Taken("-PT1S"), "0 -1 86399000000");
  EXPECT_EQ(Taken("P1.5D"), "0 1 43200000000");
}

TEST(IntervalText, WhatNobodyReads) {
  for (const char* text : {"",
                           " ",
                           "x",
                           "3600s",
                           "1 1 1",
                           "1:2:3:4",
                           "1,5,1",
                           "-",
                           "--1",
                           "1 ",
                           " 1",
                           "P",
                           "PT",
                           "P1",
                           "P1Y",
                           "1 day 1 hour",
                           "day",
                           "1:-2:3",
                           "99999999999:00:00",
                           "9999999999 00:00:00",
                           "1.",
                           ".5"}) {
    EXPECT_EQ(Taken(text), "none") << text;
  }
}

TEST(IntervalText, Totals) {
  int64_t micros = 0;
  EXPECT_TRUE(TotalMicros({1, 1, 1}, &micros));
  EXPECT_EQ(micros, 31 * 86400 * kSecond + 1);
  EXPECT_TRUE(TotalMicros({0, -1, kMost}, &micros));
  EXPECT_FALSE(TotalMicros({0, 1, kMost}, &micros));
  EXPECT_FALSE(TotalMicros({0, -1, kLeast}, &micros));
  EXPECT_EQ(Written(IntervalOf(-1)), "-1 23:59:59.999999");
  EXPECT_EQ(Written(IntervalOf(90000 * kSecond)), "1 01:00:00");
}

}  // namespace
}  // namespace modelservice
