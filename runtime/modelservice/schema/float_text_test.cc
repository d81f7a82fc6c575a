#include "modelservice/schema/float_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace modelservice {
namespace {

TEST(Widened, IsWhatIsWritten) {
  EXPECT_EQ(Widened(0.1f), 0.1);
  EXPECT_EQ(Widened(-2.675f), -2.675);
  EXPECT_EQ(Widened(1e30f), 1e30);
  EXPECT_EQ(Widened(16777216.0f), 16777216.0);
  EXPECT_EQ(Widened(3.0f), 3.0);
  EXPECT_TRUE(std::signbit(Widened(-0.0f)));
  EXPECT_EQ(Widened(std::numeric_limits<float>::infinity()),
            std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(Widened(std::numeric_limits<float>::quiet_NaN())));
}

TEST(Widened, IsTheFloatAgain) {
  constexpr uint32_t kStep = 99991;
  uint32_t bits = 0;
  do {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    if (std::isnan(value)) continue;
    const double widened = Widened(value);
    ASSERT_EQ(static_cast<float>(widened), value) << bits;
    ASSERT_TRUE(std::isinf(value) ||
                std::abs(widened) <= std::numeric_limits<float>::max());
  } while ((bits += kStep) >= kStep);
}

}  // namespace
}  // namespace modelservice
