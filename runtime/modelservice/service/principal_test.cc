#include "modelservice/principal.h"

#include <gtest/gtest.h>

#include <limits>

namespace modelservice {
namespace {

std::optional<std::string> TextOf(double number) {
  Principal principal;
  (*principal.claims.mutable_fields())["n"].set_number_value(number);
  return principal.Claim("n");
}

TEST(Claim, OfANumberIsItsText) {
  EXPECT_EQ(TextOf(0), "0");
  EXPECT_EQ(TextOf(-7), "-7");
  EXPECT_EQ(TextOf(1700000000), "1700000000");
  EXPECT_EQ(TextOf(9007199254740991), "9007199254740991");
  EXPECT_EQ(TextOf(0.5), "0.5");
  EXPECT_EQ(TextOf(0.1), "0.1");
}

TEST(Claim, NoTwoNumbersHaveOneText) {
  EXPECT_NE(TextOf(0.12345678), TextOf(0.12345679));
  EXPECT_NE(TextOf(0.1), TextOf(0.1 + 1e-17));
  EXPECT_NE(TextOf(1e-300), TextOf(1.0000001e-300));
  // What JSON had is rounded already.
  for (const double number : {9007199254740992.0, -9007199254740992.0,
                              1234567890123456789.0, 1e300}) {
    EXPECT_EQ(TextOf(number), std::nullopt) << number;
  }
  EXPECT_EQ(TextOf(std::numeric_limits<double>::infinity()), std::nullopt);
}

TEST(Claim, ANumberThatWasRoundedIsNoneOfAList) {
  Principal principal;
  auto* const list =
      (*principal.claims.mutable_fields())["n"].mutable_list_value();
  list->add_values()->set_number_value(1234567890123456001.0);
  list->add_values()->set_number_value(7);
  EXPECT_FALSE(principal.HasClaim("n", "1234567890123456789"));
  EXPECT_FALSE(principal.HasClaim("n", "1.23457e+18"));
  EXPECT_TRUE(principal.HasClaim("n", "7"));
}

}  // namespace
}  // namespace modelservice
