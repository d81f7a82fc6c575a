#include "modelservice/sql/decimal.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace modelservice {
namespace {

template <class T>
int Order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

// A decimal number's sign and the digits of its parts, without zeros that mean
// nothing.
struct Decimal {
  bool negative = false;
  absl::string_view whole;
  absl::string_view fraction;
};

std::optional<Decimal> ReadDecimal(absl::string_view text) {
  Decimal decimal;
  decimal.negative = absl::ConsumePrefix(&text, "-");
  if (!decimal.negative) absl::ConsumePrefix(&text, "+");
  const size_t point = text.find('.');
  decimal.whole = text.substr(0, point);
  if (point != absl::string_view::npos) {
    decimal.fraction = text.substr(point + 1);
  }
  if (decimal.whole.empty() && decimal.fraction.empty()) return std::nullopt;
  for (const absl::string_view digits : {decimal.whole, decimal.fraction}) {
    for (const char c : digits) {
      if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) {
        return std::nullopt;
      }
    }
  }
  while (absl::ConsumePrefix(&decimal.whole, "0")) {
  }
  while (absl::ConsumeSuffix(&decimal.fraction, "0")) {
  }
  if (decimal.whole.empty() && decimal.fraction.empty()) {
    decimal.negative = false;
  }
  return decimal;
}

// Both are digits of whole numbers; the longer one has room for the other.
void AddDigits(absl::string_view summand, std::string* sum) {
  if (sum->size() < summand.size()) {
    sum->insert(0, summand.size() - sum->size(), '0');
  }
  int carry = 0;
  for (size_t i = 1; i <= sum->size(); ++i) {
    char& digit = (*sum)[sum->size() - i];
    int value = digit - '0' + carry;
    if (i <= summand.size()) value += summand[summand.size() - i] - '0';
    carry = value / 10;
    digit = static_cast<char>('0' + value % 10);
  }
  if (carry > 0) sum->insert(0, 1, '1');
}

// `less` is not more than `from`, and as long.
void SubtractDigits(absl::string_view less, std::string* from) {
  int borrow = 0;
  for (size_t i = from->size(); i-- > 0;) {
    int value = (*from)[i] - less[i] - borrow;
    borrow = value < 0 ? 1 : 0;
    if (borrow > 0) value += 10;
    (*from)[i] = static_cast<char>('0' + value);
  }
}

}  // namespace

std::optional<int> OrderOfDecimals(absl::string_view a, absl::string_view b) {
  const std::optional<Decimal> x = ReadDecimal(a);
  const std::optional<Decimal> y = ReadDecimal(b);
  if (!x.has_value() || !y.has_value()) return std::nullopt;
  if (x->negative != y->negative) return x->negative ? -1 : 1;
  int order = Order(x->whole.size(), y->whole.size());
  if (order == 0) order = Order(x->whole, y->whole);
  if (order == 0) order = Order(x->fraction, y->fraction);
  return x->negative ? -order : order;
}

bool DecimalSum::Add(absl::string_view text) {
  const std::optional<Decimal> decimal = ReadDecimal(text);
  if (!decimal.has_value()) return false;
  const size_t point = text.find('.');
  const size_t scale =
      point == absl::string_view::npos ? 0 : text.size() - point - 1;
  if (scale > scale_) {
    positive_.append(scale - scale_, '0');
    negative_.append(scale - scale_, '0');
    scale_ = scale;
  }
  std::string digits(decimal->whole);
  digits.append(decimal->fraction.data(), decimal->fraction.size());
  digits.append(scale_ - decimal->fraction.size(), '0');
  AddDigits(digits, decimal->negative ? &negative_ : &positive_);
  return true;
}

std::string DecimalSum::Text() const {
  std::string more = positive_;
  std::string less = negative_;
  const size_t size = std::max({more.size(), less.size(), scale_ + 1});
  more.insert(0, size - more.size(), '0');
  less.insert(0, size - less.size(), '0');
  const bool negative = more < less;
  if (negative) std::swap(more, less);
  SubtractDigits(less, &more);
  const size_t zeros = std::min(more.find_first_not_of('0'),
                                more.size() - scale_ - 1);
  more.erase(0, zeros);
  if (scale_ > 0) more.insert(more.size() - scale_, 1, '.');
  return negative ? "-" + more : more;
}

}  // namespace modelservice
