#include "modelservice/sql/number_text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace modelservice {
namespace {

// How many digits there are at the front, which are taken off.
size_t TakeDigitsOf(absl::string_view* text) {
  const size_t count =
      std::min(text->find_first_not_of("0123456789"), text->size());
  text->remove_prefix(count);
  return count;
}

void TakeSignOf(absl::string_view* text) {
  if (!absl::ConsumePrefix(text, "-")) absl::ConsumePrefix(text, "+");
}

// Of any size, which no double may have.
bool IsNumberText(absl::string_view text) {
  TakeSignOf(&text);
  size_t digits = TakeDigitsOf(&text);
  if (absl::ConsumePrefix(&text, ".")) digits += TakeDigitsOf(&text);
  if (digits == 0) return false;
  if (absl::ConsumePrefix(&text, "e") || absl::ConsumePrefix(&text, "E")) {
    TakeSignOf(&text);
    if (TakeDigitsOf(&text) == 0) return false;
  }
  return text.empty();
}

}  // namespace

std::string RealText(double value) {
  std::string text = absl::StrFormat("%.15g", value);
  double read = 0;
  if (!absl::SimpleAtod(text, &read) || read != value) {
    text = absl::StrFormat("%.17g", value);
  }
  const size_t exponent = text.find('e');
  int shift = 0;
  if (exponent == std::string::npos ||
      !absl::SimpleAtoi(text.substr(exponent + 1), &shift)) {
    return text;
  }
  const size_t point = text.find('.');
  const int decimals =
      point == std::string::npos ? 0 : static_cast<int>(exponent - point) - 1;
  return absl::StrFormat("%.*f", std::max(0, decimals - shift), value);
}

std::string NumberOfText(absl::string_view text) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(text);
  if (!IsNumberText(trimmed)) return "";
  int64_t integer = 0;
  if (absl::SimpleAtoi(trimmed, &integer)) return absl::StrCat(integer);
  double real = 0;
  return absl::SimpleAtod(trimmed, &real) ? RealText(real) : "";
}

}  // namespace modelservice
