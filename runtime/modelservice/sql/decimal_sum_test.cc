#include "modelservice/sql/decimal_sum.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/sql/decimal_arithmetic.h"

namespace modelservice {
namespace {

std::string SumOf(std::initializer_list<absl::string_view> texts) {
  DecimalSum sum;
  for (const absl::string_view text : texts) EXPECT_TRUE(sum.Add(text)) << text;
  return sum.Text();
}

TEST(DecimalSum, LosesNothing) {
  EXPECT_EQ(SumOf({}), "0");
  EXPECT_EQ(SumOf({"0.1", "0.2"}), "0.3");
  EXPECT_EQ(SumOf({"1.50", "1"}), "2.50");
  EXPECT_EQ(SumOf({"1", "-2.5"}), "-1.5");
  EXPECT_EQ(SumOf({"-0.01", "0.01"}), "0.00");
  EXPECT_EQ(SumOf({"99999999999999999999.99", "0.01"}),
            "100000000000000000000.00");
  EXPECT_EQ(SumOf({"-5", "-5.5"}), "-10.5");
  EXPECT_EQ(SumOf({"007", ".5", "+1"}), "8.5");
  EXPECT_EQ(SumOf({"1", "-0.999"}), "0.001");
  EXPECT_EQ(SumOf({"1e2", "1.5e-1"}), "100.15");
  DecimalSum sum;
  for (const absl::string_view text : {"", "x", "1e", "1.2.3", "NaN", "-"}) {
    EXPECT_FALSE(sum.Add(text)) << text;
  }
  EXPECT_EQ(sum.Text(), "0");
}

// What PostgreSQL 15 says.
TEST(DivideDecimal, HasPostgresDigits) {
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
