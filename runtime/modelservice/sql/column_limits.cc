#include "modelservice/sql/column_limits.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/interval_text.h"
#include "modelservice/schema/json_array.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/schema/utf8.h"

namespace modelservice {
namespace {

using Live = ColumnKind;

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

bool IsUnsigned(FieldType type) {
  return type == FieldType::kUint64 || type == FieldType::kFixed64;
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

// The microseconds of `13:14:15.5+02` that are no whole second.
int64_t FractionOf(absl::string_view time) {
  const size_t point = time.find('.');
  int64_t micros = 0;
  if (point == absl::string_view::npos) return micros;
  size_t at = point + 1;
  for (int digits = 0; digits < kMostScale; ++digits) {
    const bool is_digit =
        at < time.size() &&
        absl::ascii_isdigit(static_cast<unsigned char>(time[at]));
    micros *= 10;
    if (is_digit) micros += time[at++] - '0';
  }
  return micros;
}

}  // namespace

ColumnLimits ColumnLimits::Of(const Column& field, const LiveColumn& live,
                              const Dialect& dialect) {
  ColumnLimits limits;
  const bool typed = dialect.keeps_types();
  if (live.kind == Live::kArray && typed) {
    Column element = field;
    element.repeated = false;
    element.storage = Storage::kNative;
    const LiveColumn inside = ParseLiveType(
        live.name,
        absl::string_view(live.type).substr(0, live.type.find("[]")));
    limits = Of(element, inside, dialect);
    if (limits.takes_all() && inside.kind == Live::kInteger &&
        IsUnsigned(field.type)) {
      limits.kind_ = Kind::kInteger;
      limits.bits_ = 64;
    }
    limits.of_elements_ = true;
    return limits;
  }
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
    case Live::kOther:
      // PostgreSQL's own type of one byte, and not SQL's.
      if (typed && live.type == "\"char\"") {
        limits.length_ = 1;
        limits.in_bytes_ = true;
        limit(Kind::kText);
        break;
      }
      if (typed && absl::EqualsIgnoreCase(live.type, "money")) {
        limit(Kind::kMoney);
        break;
      }
      if (typed && live.length >= 0) {
        limits.length_ = live.length;
        limits.padded_ = live.fixed_length;
        limit(Kind::kBits);
        break;
      }
      [[fallthrough]];  // timetz
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
  if (of_elements_ && !takes_all()) {
    return stored.kind() == Value::Kind::kText ? ElementsFault(stored.text())
                                               : "";
  }
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
      if (kind_ == Kind::kBits) return BitsFault(stored.text());
      if (kind_ == Kind::kMoney) return MoneyFault(stored.text());
      if (kind_ == Kind::kTime) return TimeFault(FractionOf(stored.text()));
      return kind_ == Kind::kDecimal ? DecimalFault(stored.text()) : "";
    default:
      return "";
  }
}

std::string ColumnLimits::ElementsFault(absl::string_view json) const {
  JsonArray elements(json);
  for (int i = 0; elements.Next(); ++i) {
    std::string fault;
    switch (elements.kind()) {
      case JsonArray::Kind::kNull:
        break;
      case JsonArray::Kind::kString:
        fault = ElementFault(elements.text());
        break;
      case JsonArray::Kind::kOther:
        fault = ElementFault(elements.raw());
        break;
    }
    if (!fault.empty()) return absl::StrCat("[", i, "]\n", fault);
  }
  return "";
}

// What is no value of the type at all, the server says.
std::string ColumnLimits::ElementFault(absl::string_view text) const {
  switch (kind_) {
    case Kind::kInteger:
    case Kind::kReal: {
      int64_t integer = 0;
      if (absl::SimpleAtoi(text, &integer)) return IntegerFault(integer);
      double real = 0;
      if (!absl::SimpleAtod(text, &real)) return "";
      std::string fault = RealFault(real);
      return fault.empty() ? RealDigitsFault(text, real) : fault;
    }
    case Kind::kDecimal: {
      double real = 0;
      const bool is_infinite =
          absl::SimpleAtod(text, &real) && std::isinf(real);
      return is_infinite ? std::string(kNoNumber) : DecimalFault(text);
    }
    case Kind::kTimestamp: {
      int64_t seconds = 0;
      int32_t nanos = 0;
      return ParseTimestamp(text, &seconds, &nanos) ? TimeFault(nanos / 1000)
                                                    : "";
    }
    case Kind::kInterval: {
      // As ProtoJSON has them, "1.5s".
      Interval interval;
      const bool is_span = ParseInterval(text, &interval);
      return IntervalFault(
          Value::Text(is_span ? text : absl::StripSuffix(text, "s")));
    }
    default:
      if (kind_ == Kind::kText) return TextFault(text);
      if (kind_ == Kind::kBits) return BitsFault(text);
      if (kind_ == Kind::kMoney) return MoneyFault(text);
      return kind_ == Kind::kTime ? TimeFault(FractionOf(text)) : "";
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

std::string ColumnLimits::BitsFault(absl::string_view text) const {
  const bool is_hex =
      absl::ConsumePrefix(&text, "X") || absl::ConsumePrefix(&text, "x");
  if (!is_hex && !absl::ConsumePrefix(&text, "B")) {
    absl::ConsumePrefix(&text, "b");
  }
  const absl::string_view digits = is_hex ? "0123456789abcdefABCDEF" : "01";
  if (text.find_first_not_of(digits) != absl::string_view::npos) return "";
  const size_t bits = is_hex ? text.size() * 4 : text.size();
  const auto most = static_cast<size_t>(length_);
  if (padded_ ? bits == most : bits <= most) return "";
  return absl::StrCat("Ensure this field has ", padded_ ? "" : "no more than ",
                      length_, " bits.");
}

// Where the locale has a point in front of the cents: what is behind a comma
// may be thousands.
std::string ColumnLimits::MoneyFault(absl::string_view text) {
  constexpr int kCents = 2;
  const size_t point = text.rfind('.');
  if (point == absl::string_view::npos) return "";
  const absl::string_view digits = text.substr(point + 1);
  const size_t end =
      std::min(digits.find_first_not_of("0123456789"), digits.size());
  if (end <= kCents || absl::StartsWith(digits.substr(end), ",")) return "";
  return absl::StrCat("Ensure that there are no more than ", kCents,
                      " decimal places.");
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
