#include "modelservice/schema/decimal_text.h"

#include <gtest/gtest.h>

#include <string>

namespace modelservice {
namespace {

std::string Read(const std::string& text) {
  Decimal decimal;
  return Decimal::Parse(text, &decimal) ? decimal.Text() : "none";
}

TEST(DecimalText, HasOneForm) {
  EXPECT_EQ(Read("0.10"), "0.10");
  EXPECT_EQ(Read("007"), "7");
  EXPECT_EQ(Read("+1.5"), "1.5");
  EXPECT_EQ(Read(".5"), "0.5");
  EXPECT_EQ(Read("5."), "5");
  EXPECT_EQ(Read("-0"), "0");
  EXPECT_EQ(Read("-0.00"), "0.00");
  EXPECT_EQ(Read("-12345678901234567890.10"), "-12345678901234567890.10");
  EXPECT_EQ(Read("1e2"), "100");
  EXPECT_EQ(Read("1.5E+2"), "150");
  EXPECT_EQ(Read("15e-3"), "0.015");
  EXPECT_EQ(Read("-.5e1"), "-5");
}

TEST(DecimalText, TakesNothingElse) {
  for (const char* text :
       {"", "-", ".", "+-1", "1e", "e5", "1e1.5", "1 ", " 1", "1,5", "0x10",
        "NaN", "Infinity", "1e9999", "1e-9999", "1e 5", "1_000", "abc"}) {
    EXPECT_EQ(Read(text), "none") << text;
  }
  EXPECT_EQ(Read(std::string(1000, '9')), std::string(1000, '9'));
  EXPECT_EQ(Read(std::string(1001, '9')), "none");
}

TEST(DecimalText, ComparesAsNumbers) {
  EXPECT_EQ(CompareDecimals("1.0", "1.00"), 0);
  EXPECT_EQ(CompareDecimals("-0", "0.0"), 0);
  EXPECT_EQ(CompareDecimals("1e2", "100"), 0);
  EXPECT_EQ(CompareDecimals("0.1", "0.1000000000000000055"), -1);
  EXPECT_EQ(CompareDecimals("-2", "-10"), 1);
  EXPECT_EQ(CompareDecimals("9", "10"), -1);
  EXPECT_EQ(CompareDecimals("0.2", "0.11"), 1);
  EXPECT_EQ(CompareDecimals("-1", "1"), -1);
  EXPECT_EQ(CompareDecimals("abc", "1"), std::nullopt);
  EXPECT_EQ(CompareDecimals("1", "1-1"), std::nullopt);
}

TEST(DecimalText, DigitsPastWhatIsAllowed) {
  const auto fault = [](absl::string_view text, int digits, int places) {
    Decimal decimal;
    EXPECT_TRUE(Decimal::Parse(text, &decimal));
    return DigitsFault(decimal, digits, places);
  };
  EXPECT_EQ(fault("-999.99", 5, 2), "");
  EXPECT_EQ(fault("007", 1, -1), "");
  EXPECT_EQ(fault("1000", 5, 2),
            "Ensure that there are no more than 3 digits before the decimal "
            "point.");
  EXPECT_EQ(fault("1.000", 3, -1),
            "Ensure that there are no more than 3 digits in total.");
  EXPECT_EQ(fault("1.000", -1, 2),
            "Ensure that there are no more than 2 decimal places.");
}

TEST(DecimalText, PadsAndStrips) {
  Decimal decimal;
  ASSERT_TRUE(Decimal::Parse("1.500", &decimal));
  decimal.Strip(2);
  EXPECT_EQ(decimal.Text(), "1.50");
  decimal.Strip();
  EXPECT_EQ(decimal.Text(), "1.5");
  decimal.Pad(4);
  EXPECT_EQ(decimal.Text(), "1.5000");
}

}  // namespace
}  // namespace modelservice
