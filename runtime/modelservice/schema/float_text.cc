#include "modelservice/schema/float_text.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace modelservice {

double Widened(float value) {
  const double cast = static_cast<double>(value);
  // Whole numbers that have all their digits, which are most, are their own.
  constexpr float kAllDigits = 1 << 24;
  if (!std::isfinite(value) ||
      (std::abs(value) < kAllDigits && value == std::trunc(value))) {
    return cast;
  }
  char digits[32];
  const auto written = std::to_chars(digits, digits + sizeof digits, value);
  double widened = cast;
  std::from_chars(digits, written.ptr, widened);
  // Those of the largest float are a little more than it.
  return std::abs(widened) > std::numeric_limits<float>::max() ? cast : widened;
}

std::string ShortestText(double value) {
  char digits[32];
  const auto written = std::to_chars(digits, digits + sizeof digits, value);
  return std::string(digits, written.ptr);
}

}  // namespace modelservice
