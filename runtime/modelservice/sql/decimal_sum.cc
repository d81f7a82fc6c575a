#include "modelservice/sql/decimal_sum.h"

#include <algorithm>
#include <utility>

#include "modelservice/schema/decimal_text.h"

namespace modelservice {
namespace {

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

bool DecimalSum::Add(absl::string_view text) {
  Decimal decimal;
  if (!Decimal::Parse(text, &decimal)) return false;
  const size_t scale = decimal.fraction().size();
  if (scale > scale_) {
    positive_.append(scale - scale_, '0');
    negative_.append(scale - scale_, '0');
    scale_ = scale;
  }
  decimal.Pad(scale_);
  AddDigits(decimal.whole() + decimal.fraction(),
            decimal.negative() ? &negative_ : &positive_);
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
  const size_t zeros =
      std::min(more.find_first_not_of('0'), more.size() - scale_ - 1);
  more.erase(0, zeros);
  if (scale_ > 0) more.insert(more.size() - scale_, 1, '.');
  return negative ? "-" + more : more;
}

}  // namespace modelservice
