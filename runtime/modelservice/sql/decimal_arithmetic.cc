#include "modelservice/sql/decimal_arithmetic.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/sql/decimal_sum.h"

namespace modelservice {
namespace {

// The number that has these digits, so many of them behind the point.
std::string TextOf(std::string digits, size_t scale, bool negative) {
  if (digits.size() < scale) digits.insert(0, scale - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
  Decimal decimal;
  if (!Decimal::Parse((negative ? "-" : "") + digits, &decimal)) return digits;
  return decimal.Text();
}

// The product of whole numbers, by their digits.
std::string Product(const std::string& a, const std::string& b) {
  std::string product(a.size() + b.size(), '0');
  for (size_t i = a.size(); i-- > 0;) {
    int carry = 0;
    for (size_t j = b.size(); j-- > 0;) {
      char& digit = product[i + j + 1];
      const int value = (digit - '0') + (a[i] - '0') * (b[j] - '0') + carry;
      digit = static_cast<char>('0' + value % 10);
      carry = value / 10;
    }
    product[i] = static_cast<char>(product[i] + carry);
  }
  return product;
}

// PostgreSQL's numbers have digits in groups of four, and their quotients four
// groups that count, at least (numeric.c, select_div_scale).
constexpr int kGroup = 4;
constexpr int kLeastSignificant = 16;
constexpr int kMostPlaces = 1000;

// The first group that is not all zeros: how many groups stand between it and
// the point, below 0 behind that. Of zero, 0 and 0.
struct Leading {
  int weight;
  int digits;
};
Leading LeadingOf(std::string whole, std::string fraction) {
  whole.insert(0, (kGroup - whole.size() % kGroup) % kGroup, '0');
  fraction.append((kGroup - fraction.size() % kGroup) % kGroup, '0');
  const std::string all = whole + fraction;
  int weight = static_cast<int>(whole.size()) / kGroup - 1;
  for (size_t i = 0; i < all.size(); i += kGroup, --weight) {
    int digits = 0;
    for (size_t j = i; j < i + kGroup; ++j) digits = digits * 10 + all[j] - '0';
    if (digits != 0) return {weight, digits};
  }
  return {0, 0};
}

}  // namespace

std::optional<std::string> AddDecimals(absl::string_view a,
                                       absl::string_view b) {
  DecimalSum sum;
  if (!sum.Add(a) || !sum.Add(b)) return std::nullopt;
  return sum.Text();
}

std::optional<std::string> SubtractDecimals(absl::string_view a,
                                            absl::string_view b) {
  Decimal less;
  if (!Decimal::Parse(b, &less)) return std::nullopt;
  const std::string text = less.Text();
  return AddDecimals(a, less.negative() ? text.substr(1) : "-" + text);
}

std::optional<std::string> MultiplyDecimals(absl::string_view a,
                                            absl::string_view b) {
  Decimal x;
  Decimal y;
  if (!Decimal::Parse(a, &x) || !Decimal::Parse(b, &y)) return std::nullopt;
  return TextOf(Product(x.whole() + x.fraction(), y.whole() + y.fraction()),
                x.fraction().size() + y.fraction().size(),
                x.negative() != y.negative());
}

std::optional<std::string> DivideDecimal(absl::string_view a, uint64_t by) {
  Decimal decimal;
  if (!Decimal::Parse(a, &decimal) || by == 0) return std::nullopt;
  const Leading dividend = LeadingOf(decimal.whole(), decimal.fraction());
  const Leading divisor = LeadingOf(absl::StrCat(by), "");
  const int weight = dividend.weight - divisor.weight -
                     (dividend.digits <= divisor.digits ? 1 : 0);
  const int places =
      std::clamp(kLeastSignificant - weight * kGroup,
                 static_cast<int>(decimal.fraction().size()), kMostPlaces);
  const auto scale = static_cast<size_t>(places);
  decimal.Pad(scale + 1);  // one more, to be rounded
  std::string quotient;
  uint64_t rest = 0;
  for (const char digit : decimal.whole() + decimal.fraction()) {
    rest = rest * 10 + static_cast<uint64_t>(digit - '0');
    quotient.push_back(static_cast<char>('0' + rest / by));
    rest %= by;
  }
  return RoundDecimal(TextOf(quotient, scale + 1, decimal.negative()), scale);
}

std::optional<std::string> RoundDecimal(absl::string_view a, size_t scale) {
  Decimal decimal;
  if (!Decimal::Parse(a, &decimal)) return std::nullopt;
  decimal.Pad(scale);
  const bool up =
      decimal.fraction().size() > scale && decimal.fraction()[scale] >= '5';
  std::string digits =
      "0" + decimal.whole() + decimal.fraction().substr(0, scale);
  // What is a 9 carries over.
  for (size_t i = digits.size(); up && i-- > 0;) {
    if (digits[i] != '9') {
      ++digits[i];
      break;
    }
    digits[i] = '0';
  }
  return TextOf(std::move(digits), scale, decimal.negative());
}

}  // namespace modelservice
