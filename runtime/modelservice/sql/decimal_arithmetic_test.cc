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

// What PostgreSQL 15 says.
TEST(DecimalArithmetic, DividesToPostgresDigits) {
  const auto quotient = [](absl::string_view a, uint64_t by) {
    return DivideDecimal(a, by).value_or("none");
  };
  EXPECT_EQ(quotient("1", 3), "0.33333333333333333333");
  EXPECT_EQ(quotient("-2", 3), "-0.66666666666666666667");
  EXPECT_EQ(quotient("10000", 3), "3333.3333333333333333");
  EXPECT_EQ(quotient("99999999", 7), "14285714.142857142857");
  EXPECT_EQ(quotient("0.00", 5), "0.00000000000000000000");
  EXPECT_EQ(quotient("0.0001", 3), "0.000033333333333333333333");
  EXPECT_EQ(quotient("0.00001234", 123456789),
            "0.00000000000009995400090958140828");
  EXPECT_EQ(quotient("12345678901234567890.5", 2), "6172839450617283945.3");
  EXPECT_EQ(quotient("1", 10001), "0.000099990000999900009999");
  EXPECT_EQ(quotient("20000", 20000), "1.00000000000000000000");
  EXPECT_EQ(quotient("99990000", 9999), "10000.0000000000000000");
  EXPECT_EQ(quotient("5.12345678901234567890123", 2),
            "2.56172839450617283945062");
  EXPECT_EQ(quotient("1e30", 7), "142857142857142857142857142857");
  EXPECT_EQ(quotient("1", 0), "none");
  EXPECT_EQ(quotient("x", 1), "none");
}

}  // namespace
}  // namespace modelservice
