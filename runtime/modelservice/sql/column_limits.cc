#include "modelservice/sql/column_limits.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/float_text.h"
#include "modelservice/schema/interval_text.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/schema/utf8.h"

namespace modelservice {
namespace {

using Live = ColumnKind;

// Digits that a float and a double keep of every number.
constexpr int kFloatDigits = 6;
constexpr int kDoubleDigits = 15;
// And whole numbers, up to two to this.
constexpr int kFloatBits = 24;
constexpr int kDoubleBits = 53;

// Of times, behind the point.
constexpr int kMostScale = 6;

constexpr int64_t kMicrosPerSecond = 1000000;

// What a column of signed integers needs to hold all of a field's.
int BitsOf(FieldType type) {
  switch (type) {
    case FieldType::kBool:
      return 1;
    case FieldType::kInt32:
    case FieldType::kSint32:
    case FieldType::kSfixed32:
    case FieldType::kEnum:
      return 32;
    default:
      return 64;
  }
}

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

absl::string_view NameOf(SpanUnit unit) {
  switch (unit) {
    case SpanUnit::kYear:
      return "years";
    case SpanUnit::kMonth:
      return "months";
    case SpanUnit::kDay:
      return "days";
    case SpanUnit::kHour:
      return "hours";
    case SpanUnit::kMinute:
      return "minutes";
    case SpanUnit::kMicrosecond:
      break;
  }
  return "seconds";
}

// The microseconds of `13:14:15.5` that are no whole second.
int64_t FractionOf(absl::string_view time) {
  const size_t point = time.find('.');
  int64_t micros = 0;
  if (point == absl::string_view::npos) return micros;
  for (size_t i = point + 1; i <= point + kMostScale; ++i) {
    micros = micros * 10 + (i < time.size() ? time[i] - '0' : 0);
  }
  return micros;
}

}  // namespace

std::string RealDigitsFault(absl::string_view text, double real) {
  return CompareDecimals(ShortestText(real), text).value_or(0) == 0
             ? ""
             : TooManyDigits(kDoubleDigits);
}

ColumnLimits ColumnLimits::Of(const Column& field, const LiveColumn& live,
                              const Dialect& dialect) {
  ColumnLimits limits;
  const bool typed = dialect.keeps_types();
  const bool native = field.storage == Storage::kNative && !field.repeated;
  const bool is_text = field.type == FieldType::kString;
  const bool is_real =
      field.type == FieldType::kFloat || field.type == FieldType::kDouble;
  const auto limit = [&](Kind kind, int bits = 0) {
    limits.kind_ = kind;
    limits.bits_ = static_cast<int8_t>(bits);
    limits.scale_ = live.scale;
  };
  if (live.kind == Live::kText && typed && live.length >= 0) {
    limits.length_ = live.length;
    limits.padded_ = live.fixed_length;
    // PostgreSQL's own names, which it cuts.
    limits.in_bytes_ = absl::EqualsIgnoreCase(live.type, "name");
    limit(Kind::kText);
  }
  if (!native) return limits;
  switch (live.kind) {
    case Live::kInteger:
      if (typed && (is_real || live.bits < BitsOf(field.type))) {
        limit(Kind::kInteger, live.bits);
      }
      break;
    case Live::kReal: {
      const bool is_single = typed && live.bits == 32;
      const int bits = is_single ? kFloatBits : kDoubleBits;
      if (is_real ? is_single && field.type == FieldType::kDouble
                  : is_text || BitsOf(field.type) > bits) {
        limit(Kind::kReal, bits);
      }
      break;
    }
    case Live::kDecimal:
      if (typed && live.precision >= 0) {
        limits.precision_ = live.precision;
        limit(Kind::kDecimal);
      }
      break;
    case Live::kTimestamp:
      if (typed && live.scale >= 0 && live.scale < kMostScale) {
        limit(Kind::kTimestamp);
      }
      break;
    case Live::kTime:
      if (typed && live.scale >= 0 && live.scale < kMostScale) {
        limit(Kind::kTime);
      }
      break;
    case Live::kInterval:
      if (typed && (live.unit != SpanUnit::kMicrosecond ||
                    (live.scale >= 0 && live.scale < kMostScale))) {
        limits.unit_ = live.unit;
        limit(Kind::kInterval);
      }
      break;
    default:
      break;
  }
  return limits;
}

std::string ColumnLimits::FaultOf(Value stored) const {
  switch (kind_) {
    case Kind::kNone:
      return "";
    case Kind::kInterval:
      return IntervalFault(stored);
    case Kind::kTimestamp:
      // The last of all is infinity.
      if (stored.kind() != Value::Kind::kTimestamp ||
          stored.nanos() == 999999999) {
        return "";
      }
      return TimeFault(stored.nanos() / 1000);
    default:
      break;
  }
  switch (stored.kind()) {
    case Value::Kind::kInteger:
      return kind_ == Kind::kDecimal || kind_ == Kind::kText
                 ? DecimalFault(absl::StrCat(stored.integer()))
                 : IntegerFault(stored.integer());
    case Value::Kind::kReal:
      return RealFault(stored.real());
    case Value::Kind::kText:
      if (kind_ == Kind::kText) return TextFault(stored.text());
      if (kind_ == Kind::kTime) return TimeFault(FractionOf(stored.text()));
      return kind_ == Kind::kDecimal ? DecimalFault(stored.text()) : "";
    default:
      return "";
  }
}

Value ColumnLimits::Cut(Value time) const {
  if (!cuts_times() || time.kind() != Value::Kind::kTimestamp ||
      time.nanos() == 999999999) {
    return time;
  }
  const auto step = static_cast<int32_t>(StepMicros() * 1000);
  return Value::Timestamp(time.seconds(), time.nanos() / step * step);
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
  return is_kept ? "" : TooManyDigits(kFloatDigits);
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

std::string ColumnLimits::TextFault(absl::string_view text) const {
  const size_t length = in_bytes_ ? text.size() : Utf8Length(text);
  if (length > static_cast<size_t>(length_)) {
    return absl::StrCat("Ensure this field has no more than ", length_,
                        in_bytes_ ? " bytes." : " characters.");
  }
  return padded_ && absl::EndsWith(text, " ")
             ? "Ensure that this field does not end in spaces."
             : "";
}

int64_t ColumnLimits::StepMicros() const {
  switch (unit_) {
    case SpanUnit::kHour:
      return 3600 * kMicrosPerSecond;
    case SpanUnit::kMinute:
      return 60 * kMicrosPerSecond;
    default:
      break;
  }
  int64_t step = 1;
  for (int i = scale_; i >= 0 && i < kMostScale; ++i) step *= 10;
  return step;
}

std::string ColumnLimits::TimeFault(int64_t micros) const {
  if (micros % StepMicros() == 0) return "";
  if (unit_ != SpanUnit::kMicrosecond) {
    return absl::StrCat("Ensure that this is a whole number of ", NameOf(unit_),
                        ".");
  }
  return scale_ == 0
             ? "Ensure that the seconds are a whole number."
             : absl::StrCat("Ensure that the seconds have no more than ",
                            scale_, " decimal places.");
}

std::string ColumnLimits::IntervalFault(Value stored) const {
  Interval interval;
  if (stored.kind() == Value::Kind::kInteger) {
    interval.micros = stored.integer();
  } else if (stored.kind() != Value::Kind::kText ||
             !ParseInterval(stored.text(), &interval)) {
    return "";
  }
  const bool keeps_times = unit_ < SpanUnit::kDay;
  const bool keeps_days = unit_ <= SpanUnit::kDay;
  if (keeps_times) return TimeFault(interval.micros);
  const bool is_whole = interval.micros == 0 &&
                        (keeps_days || interval.days == 0) &&
                        (unit_ != SpanUnit::kYear || interval.months % 12 == 0);
  return is_whole ? ""
                  : absl::StrCat("Ensure that this is a whole number of ",
                                 NameOf(unit_), ".");
}

}  // namespace modelservice
