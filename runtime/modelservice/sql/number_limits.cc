// What is too much of a number for a column.
#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/float_text.h"
#include "modelservice/sql/column_limits.h"

namespace modelservice {
namespace {

// Digits that a float and a double keep of every number.
constexpr int kDigitsOfFloat = 6;
constexpr int kDigitsOfDouble = 15;

std::string TooManyDigits(int most) {
  return absl::StrCat("Ensure that there are no more than ", most,
                      " digits in total.");
}

std::string Most(absl::string_view most) {
  return absl::StrCat("Ensure this value is less than or equal to ", most, ".");
}
std::string Least(absl::string_view least) {
  return absl::StrCat("Ensure this value is greater than or equal to ", least,
                      ".");
}

}  // namespace

std::string RealDigitsFault(absl::string_view text, double real) {
  return CompareDecimals(ShortestText(real), text).value_or(0) == 0
             ? ""
             : TooManyDigits(kDigitsOfDouble);
}

std::string ColumnLimits::IntegerFault(int64_t integer) const {
  if (bits_ >= 64 || bits_ == 0) return "";
  if (kind_ == Kind::kReal) {
    const int64_t most = int64_t{1} << bits_;
    if (integer > most) return Most(absl::StrCat(most));
    return integer < -most ? Least(absl::StrCat(-most)) : "";
  }
  const int64_t most = (int64_t{1} << (bits_ - 1)) - 1;
  if (integer > most) return Most(absl::StrCat(most));
  return integer < -most - 1 ? Least(absl::StrCat(-most - 1)) : "";
}

std::string ColumnLimits::RealFault(double real) const {
  if (kind_ == Kind::kInteger) {
    constexpr double kPast = 9223372036854775808.0;  // two to the 63rd
    if (!(std::trunc(real) == real)) return "A valid integer is required.";
    if (bits_ >= 64) {
      if (real >= kPast) return Most("9223372036854775807");
      return real < -kPast ? Least("-9223372036854775808") : "";
    }
    const double most = std::ldexp(1.0, bits_ - 1) - 1;
    if (real > most) return Most(absl::StrFormat("%.0f", most));
    return real < -most - 1 ? Least(absl::StrFormat("%.0f", -most - 1)) : "";
  }
  if (kind_ == Kind::kDecimal) {
    if (std::isnan(real)) return "";
    return std::isfinite(real) ? DecimalFault(ShortestText(real))
                               : std::string(kNoNumber);
  }
  if (std::string fault = RangeFault(real); !fault.empty()) return fault;
  const bool is_kept = kind_ != Kind::kReal || bits_ != kFloatBits ||
                       !std::isfinite(real) ||
                       Widened(static_cast<float>(real)) == real;
  return is_kept ? "" : TooManyDigits(kDigitsOfFloat);
}

std::string ColumnLimits::RangeFault(double real) const {
  if (kind_ != Kind::kReal || bits_ != kFloatBits || !std::isfinite(real)) {
    return "";
  }
  constexpr double kMost = std::numeric_limits<float>::max();
  if (real > kMost) return Most(absl::StrFormat("%.9g", kMost));
  return real < -kMost ? Least(absl::StrFormat("%.9g", -kMost)) : "";
}

std::string ColumnLimits::DecimalFault(absl::string_view text) const {
  if (kind_ == Kind::kText) return TextFault(text);
  Decimal decimal;
  if (!Decimal::Parse(text, &decimal)) return "";
  decimal.Strip();
  if (scale_ >= 0 && scale_ <= precision_) {
    return DigitsFault(decimal, precision_, scale_);
  }
  // numeric(3,-2) holds hundreds, numeric(2,4) nothing but what is below 0.01.
  const std::string& whole = decimal.whole();
  const std::string& fraction = decimal.fraction();
  if (scale_ < 0) {
    const auto zeros = static_cast<size_t>(-scale_);
    const size_t last = whole.find_last_not_of('0');
    const bool is_round =
        fraction.empty() &&
        (last == std::string::npos || whole.size() - last - 1 >= zeros);
    if (!is_round) {
      return absl::StrCat("Ensure that this value is a multiple of 1",
                          std::string(zeros, '0'), ".");
    }
    return DigitsFault(decimal, precision_ - scale_, 0);
  }
  if (std::string fault = DigitsFault(decimal, -1, scale_); !fault.empty()) {
    return fault;
  }
  const auto zeros = static_cast<size_t>(scale_ - precision_);
  const bool is_small = whole.empty() && fraction.find_first_not_of('0') >=
                                             std::min(zeros, fraction.size());
  return is_small ? ""
                  : absl::StrCat("Ensure this value is less than 0.",
                                 std::string(zeros - 1, '0'), "1.");
}

}  // namespace modelservice
