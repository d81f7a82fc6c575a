#include "modelservice/schema/decimal_text.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace modelservice {
namespace {

constexpr size_t kMostDigits = 1000;

// Takes the digits off the front of `text`.
absl::string_view TakeDigits(absl::string_view* text) {
  const size_t end =
      std::min(text->find_first_not_of("0123456789"), text->size());
  const absl::string_view digits = text->substr(0, end);
  text->remove_prefix(end);
  return digits;
}

// The sign and the digits, without zeros that mean nothing.
struct Digits {
  bool negative = false;
  absl::string_view whole;
  absl::string_view fraction;
};

// Most have no exponent, and then nothing is copied.
bool ReadDigits(absl::string_view text, Decimal* space, Digits* digits) {
  digits->negative = absl::ConsumePrefix(&text, "-");
  if (!digits->negative) absl::ConsumePrefix(&text, "+");
  absl::string_view rest = text;
  digits->whole = TakeDigits(&rest);
  digits->fraction = {};
  if (absl::ConsumePrefix(&rest, ".")) digits->fraction = TakeDigits(&rest);
  if (!rest.empty()) {
    if (!Decimal::Parse(text, space) || space->negative()) return false;
    digits->whole = space->whole();
    digits->fraction = space->fraction();
  } else if (digits->whole.empty() && digits->fraction.empty()) {
    return false;
  }
  while (absl::ConsumePrefix(&digits->whole, "0")) {
  }
  while (absl::ConsumeSuffix(&digits->fraction, "0")) {
  }
  if (digits->whole.empty() && digits->fraction.empty()) {
    digits->negative = false;
  }
  return true;
}

int Sign(int order) { return (order > 0) - (order < 0); }

}  // namespace

bool Decimal::Parse(absl::string_view text, Decimal* decimal) {
  *decimal = Decimal();
  if (text.size() > kMostDigits) return false;
  decimal->negative_ = absl::ConsumePrefix(&text, "-");
  if (!decimal->negative_) absl::ConsumePrefix(&text, "+");
  const absl::string_view whole = TakeDigits(&text);
  absl::string_view fraction;
  if (absl::ConsumePrefix(&text, ".")) fraction = TakeDigits(&text);
  if (whole.empty() && fraction.empty()) return false;
  std::string digits = absl::StrCat(whole, fraction);
  int exponent = 0;
  if (absl::ConsumePrefix(&text, "e") || absl::ConsumePrefix(&text, "E")) {
    constexpr int kMost = static_cast<int>(kMostDigits);
    if (!absl::SimpleAtoi(text, &exponent) || text.front() == ' ' ||
        text.back() == ' ' || exponent > kMost || exponent < -kMost) {
      return false;
    }
  } else if (!text.empty()) {
    return false;
  }
  int point = static_cast<int>(whole.size()) + exponent;
  if (point < 0) {
    digits.insert(0, static_cast<size_t>(-point), '0');
    point = 0;
  } else if (static_cast<size_t>(point) > digits.size()) {
    digits.resize(static_cast<size_t>(point), '0');
  }
  decimal->fraction_ = digits.substr(static_cast<size_t>(point));
  digits.resize(static_cast<size_t>(point));
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  decimal->whole_ = std::move(digits);
  if (decimal->whole_.empty() &&
      decimal->fraction_.find_first_not_of('0') == std::string::npos) {
    decimal->negative_ = false;
  }
  return decimal->whole_.size() + decimal->fraction_.size() <= kMostDigits;
}

absl::string_view NumberFault(absl::string_view text, absl::string_view words) {
  return text.size() > kMostDigits ? "String value too large." : words;
}

std::string Decimal::Text() const {
  return absl::StrCat(negative_ ? "-" : "", whole_.empty() ? "0" : whole_,
                      fraction_.empty() ? "" : ".", fraction_);
}

void Decimal::Strip(size_t scale) {
  while (fraction_.size() > scale && fraction_.back() == '0') {
    fraction_.pop_back();
  }
}

std::string DigitsFault(const Decimal& decimal, int max_digits,
                        int decimal_places) {
  const auto refuse = [](int most, absl::string_view of) {
    return absl::StrCat("Ensure that there are no more than ", most, " ", of,
                        ".");
  };
  const int whole = static_cast<int>(decimal.whole().size());
  const int places = static_cast<int>(decimal.fraction().size());
  if (max_digits >= 0 && whole + places > max_digits) {
    return refuse(max_digits, "digits in total");
  }
  if (decimal_places >= 0 && places > decimal_places) {
    return refuse(decimal_places, "decimal places");
  }
  const int most_whole = max_digits - decimal_places;
  if (max_digits >= 0 && decimal_places >= 0 && whole > most_whole) {
    return refuse(most_whole, "digits before the decimal point");
  }
  return "";
}

std::optional<int> CompareDecimals(absl::string_view a, absl::string_view b) {
  Decimal a_space;
  Decimal b_space;
  Digits x;
  Digits y;
  if (!ReadDigits(a, &a_space, &x) || !ReadDigits(b, &b_space, &y)) {
    return std::nullopt;
  }
  if (x.negative != y.negative) return x.negative ? -1 : 1;
  int order = 0;
  if (x.whole.size() != y.whole.size()) {
    order = x.whole.size() < y.whole.size() ? -1 : 1;
  } else {
    order = Sign(x.whole.compare(y.whole));
    if (order == 0) order = Sign(x.fraction.compare(y.fraction));
  }
  return x.negative ? -order : order;
}

}  // namespace modelservice
