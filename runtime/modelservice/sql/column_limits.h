// What a live column is too small for, of what its field may have: what its
// database would round, cut or refuse without a word of the field.
//
//   const auto limits = ColumnLimits::Of(field, live, dialect);
//   limits.FaultOf(Value::Text("abcd"));  // of varchar(3):
//   // "Ensure this field has no more than 3 characters."
//
// Plain data; safe to share.
#ifndef MODELSERVICE_SQL_COLUMN_LIMITS_H_
#define MODELSERVICE_SQL_COLUMN_LIMITS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/live_column.h"
#include "modelservice/value.h"

namespace modelservice {

// Whole numbers that a float and a double keep, up to two to this.
constexpr int kFloatBits = 24;
constexpr int kDoubleBits = 53;

class ColumnLimits {
 public:
  // Of a column that takes all that its field has.
  ColumnLimits() = default;
  static ColumnLimits Of(const Column& field, const LiveColumn& live,
                         const Dialect& dialect);

  bool takes_all() const { return kind_ == Kind::kNone; }
  // Words for the client where the column would not keep `stored`, what is
  // written there; "" where it would. Of an array's element behind its place
  // and a newline: "[2]\nA valid integer is required."
  std::string FaultOf(Value stored) const;
  // The same of a number that is too large for a column of floats, not of its
  // digits.
  std::string RangeFault(double real) const;
  // Whether times are kept less exactly than to the microsecond.
  bool cuts_times() const { return kind_ == Kind::kTimestamp && !of_elements_; }
  // The time as the column keeps it, nothing of it being rounded up.
  Value Cut(Value time) const;

 private:
  enum class Kind : uint8_t {
    kNone,
    kInteger,    // of `bits_`
    kReal,       // exactly so many `bits_` of whole numbers
    kDecimal,    // of `precision_` and `scale_`
    kText,       // of `length_`
    kMoney,      // whose cents are its last digits
    kBits,       // as many, or fewer
    kTimestamp,  // `scale_` digits behind the seconds' point
    kTime,
    kInterval,  // `unit_`, or those digits
  };

  std::string ElementsFault(absl::string_view json) const;
  std::string ElementFault(absl::string_view text) const;
  std::string IntegerFault(int64_t integer) const;
  std::string RealFault(double real) const;
  std::string DecimalFault(absl::string_view text) const;
  std::string TextFault(absl::string_view text) const;
  std::string BitsFault(absl::string_view text) const;
  static std::string MoneyFault(absl::string_view text);
  std::string TimeFault(int64_t micros) const;
  std::string IntervalFault(Value stored) const;
  int64_t StepMicros() const;

  Kind kind_ = Kind::kNone;
  // Of what is inside of an array, which is written as JSON.
  bool of_elements_ = false;
  int8_t bits_ = 0;
  bool padded_ = false;
  bool in_bytes_ = false;
  SpanUnit unit_ = SpanUnit::kMicrosecond;
  int length_ = -1;
  int precision_ = -1;
  int scale_ = -1;
};

// What is said of a number with more digits than a column of floating point
// keeps; "" where `real`, which it is read as, is the same.
std::string RealDigitsFault(absl::string_view text, double real);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_COLUMN_LIMITS_H_
