#include "modelservice/sql/decimal_arithmetic.h"

#include <gtest/gtest.h>

#include <optional>

namespace modelservice {
namespace {

TEST(DecimalArithmetic, AddsAndSubtracts) {
  EXPECT_EQ(AddDecimals("10.50", "1"), "11.50");
  EXPECT_EQ(AddDecimals("-0.1", "0.1"), "0.0");
  EXPECT_EQ(SubtractDecimals("10.50", "0.501"), "9.999");
  EXPECT_EQ(SubtractDecimals("1", "-99999999999999999999.5"),
            "100000000000000000000.5");
  EXPECT_EQ(SubtractDecimals("1", "0"), "1");
  EXPECT_EQ(AddDecimals("1", "x"), std::nullopt);
  EXPECT_EQ(SubtractDecimals("", "1"), std::nullopt);
}

TEST(DecimalArithmetic, Multiplies) {
  EXPECT_EQ(MultiplyDecimals("1.5", "-0.20"), "-0.300");
  EXPECT_EQ(MultiplyDecimals("-99999999999", "-99999999999.9"),
            "9999999999890000000000.1");
  EXPECT_EQ(MultiplyDecimals("0.00", "-7"), "0.00");
  EXPECT_EQ(MultiplyDecimals("0.01", "0.01"), "0.0001");
  EXPECT_EQ(MultiplyDecimals("NaN", "1"), std::nullopt);
}

TEST(DecimalArithmetic, RoundsHalfAwayFromZero) {
  EXPECT_EQ(RoundDecimal("2.345", 2), "2.35");
  EXPECT_EQ(RoundDecimal("-2.345", 2), "-2.35");
  EXPECT_EQ(RoundDecimal("2.3449", 2), "2.34");
  EXPECT_EQ(RoundDecimal("99.995", 2), "100.00");
  EXPECT_EQ(RoundDecimal("0.5", 0), "1");
  EXPECT_EQ(RoundDecimal("-0.004", 2), "0.00");
  EXPECT_EQ(RoundDecimal("7", 2), "7.00");
  EXPECT_EQ(RoundDecimal("x", 2), std::nullopt);
}

}  // namespace
}  // namespace modelservice
