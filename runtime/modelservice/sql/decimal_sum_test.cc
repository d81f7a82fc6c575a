#include "modelservice/sql/decimal_sum.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"

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

}  // namespace
}  // namespace modelservice
