// The sum of decimal numbers of any length, as texts: for databases that have
// none.
//
//   DecimalSum sum;
//   sum.Add("0.1");
//   sum.Add("0.2");
//   sum.Text();  // "0.3"
//
// Pure; not thread-safe.
#ifndef MODELSERVICE_SQL_DECIMAL_SUM_H_
#define MODELSERVICE_SQL_DECIMAL_SUM_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

class DecimalSum {
 public:
  // False, and nothing is added, for what is no decimal (schema/decimal_text).
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

#endif  // MODELSERVICE_SQL_DECIMAL_SUM_H_
