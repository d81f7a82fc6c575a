// Decimal numbers as text, without a loss of digits: read, written in one form,
// and compared.
#ifndef MODELSERVICE_SCHEMA_DECIMAL_TEXT_H_
#define MODELSERVICE_SCHEMA_DECIMAL_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

class Decimal {
 public:
  // `-1.50`, `.5`, `5.`, `+007`, `1e2`. False for anything else - `NaN` and
  // `Infinity` among it - and for what has more than a thousand digits.
  static bool Parse(absl::string_view text, Decimal* decimal);

  // As PostgreSQL writes a NUMERIC: `-1.50`, `0.5`, `5`, `7`, `100`. Zeros at
  // the end are kept; there is no -0.
  std::string Text() const;

  // Both without a sign: in front of the point, without zeros at the start, and
  // behind it.
  const std::string& whole() const { return whole_; }
  const std::string& fraction() const { return fraction_; }

  bool negative() const { return negative_; }

  // Adds zeros at the end up to so many digits behind the point.
  void Pad(size_t scale) {
    if (fraction_.size() < scale) fraction_.resize(scale, '0');
  }
  // Takes zeros off the end, beyond so many digits behind the point.
  void Strip(size_t scale = 0);

 private:
  bool negative_ = false;
  std::string whole_;
  std::string fraction_;
};

// What a client is told of a text that is no number, in the words of Django
// REST framework.
constexpr absl::string_view kNoNumber = "A valid number is required.";

// The same, or `words`, unless the text is longer than one of a number may be.
absl::string_view NumberFault(absl::string_view text,
                              absl::string_view words = kNoNumber);

// Django REST framework's words where a number has more digits than that, in
// all, behind the point or before it; -1 is any. "" where it has not.
std::string DigitsFault(const Decimal& decimal, int max_digits,
                        int decimal_places);

// How two are ordered as numbers, 1.0 and 1.00 being one: below 0, 0, or above.
// None where one of them is no decimal.
std::optional<int> CompareDecimals(absl::string_view a, absl::string_view b);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_DECIMAL_TEXT_H_
