// Decimal numbers of any length, as texts: for databases that have none.
//
//   DecimalSum sum;
//   sum.Add("0.1");
//   sum.Add("0.2");
//   sum.Text();  // "0.3"
//
// Pure; not thread-safe.
#ifndef MODELSERVICE_SQL_DECIMAL_H_
#define MODELSERVICE_SQL_DECIMAL_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// Less than, equal to or greater than 0, as `a` is to `b`; none where one of
// them is no decimal number.
std::optional<int> OrderOfDecimals(absl::string_view a, absl::string_view b);

class DecimalSum {
 public:
  // False, and nothing is added, for what is no decimal number.
  bool Add(absl::string_view text);
  // With as many digits behind the point as the summand that has the most.
  std::string Text() const;

 private:
  // The digits of whole numbers of 10^-scale_.
  std::string positive_;
  std::string negative_;
  size_t scale_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_DECIMAL_H_
