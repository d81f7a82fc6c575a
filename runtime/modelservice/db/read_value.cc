#include "modelservice/db/read_value.h"

#include <cmath>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/interval_text.h"
#include "modelservice/schema/time_text.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice {
namespace {

template <class Int>
bool ReadSmall(Value value, Int* out) {
  int64_t wide = 0;
  if (!ReadValue(value, &wide)) return false;
  if (wide < static_cast<int64_t>(std::numeric_limits<Int>::min()) ||
      wide > static_cast<int64_t>(std::numeric_limits<Int>::max())) {
    return false;
  }
  *out = static_cast<Int>(wide);
  return true;
}

}  // namespace

bool ReadValue(Value value, bool* out) {
  if (value.kind() != Value::Kind::kInteger) return false;
  *out = value.integer() != 0;
  return true;
}

bool ReadValue(Value value, int32_t* out) { return ReadSmall(value, out); }
bool ReadValue(Value value, uint32_t* out) { return ReadSmall(value, out); }

bool ReadValue(Value value, int64_t* out) {
  switch (value.kind()) {
    case Value::Kind::kInteger:
      *out = value.integer();
      return true;
    case Value::Kind::kReal:
      // Below 2^63, which is the first that does not fit.
      if (std::trunc(value.real()) != value.real() ||
          value.real() < -9223372036854775808.0 ||
          value.real() >= 9223372036854775808.0) {
        return false;
      }
      *out = static_cast<int64_t>(value.real());
      return true;
    case Value::Kind::kText:  // a NUMERIC, as sums are
      return absl::SimpleAtoi(value.text(), out);
    default:
      return false;
  }
}

bool ReadValue(Value value, uint64_t* out) {
  int64_t wide = 0;
  if (!ReadValue(value, &wide) || wide < 0) return false;
  *out = static_cast<uint64_t>(wide);
  return true;
}

bool ReadValue(Value value, float* out) {
  double wide = 0;
  if (!ReadValue(value, &wide)) return false;
  *out = static_cast<float>(wide);
  return true;
}

bool ReadValue(Value value, double* out) {
  switch (value.kind()) {
    case Value::Kind::kInteger:
      *out = static_cast<double>(value.integer());
      return true;
    case Value::Kind::kReal:
      *out = value.real();
      return true;
    case Value::Kind::kText:  // also "NaN", which SQLite has no number for
      return absl::SimpleAtod(value.text(), out);
    default:
      return false;
  }
}

bool ReadValue(Value value, std::string* out) {
  switch (value.kind()) {
    case Value::Kind::kText:
    case Value::Kind::kBlob:
      *out = std::string(value.text());
      return true;
    case Value::Kind::kInteger:
      *out = absl::StrCat(value.integer());
      return true;
    case Value::Kind::kReal:
      *out = absl::StrFormat("%.17g", value.real());
      return true;
    case Value::Kind::kTimestamp:
      *out = FormatTimestamp(value.seconds(), value.nanos());
      return true;
    default:
      return false;
  }
}

bool ReadValue(Value value, absl::Time* out) {
  int64_t seconds = value.seconds();
  int32_t nanos = value.nanos();
  if (value.kind() == Value::Kind::kText) {
    if (!ReadAnyTime(value.text(), &seconds, &nanos)) return false;
  } else if (value.kind() != Value::Kind::kTimestamp) {
    return false;
  }
  *out = absl::FromUnixSeconds(seconds) + absl::Nanoseconds(nanos);
  return true;
}

bool ReadValue(Value value, absl::Duration* out) {
  if (value.kind() == Value::Kind::kReal) {  // an average
    *out = absl::Microseconds(value.real());
    return true;
  }
  int64_t micros = 0;
  Interval interval;
  if (value.kind() == Value::Kind::kText &&
      absl::StrContains(value.text(), ':') &&  // PostgreSQL's, and no number
      ParseInterval(value.text(), &interval)) {
    if (!TotalMicros(interval, &micros)) return false;
  } else if (!ReadValue(value, &micros)) {
    return false;
  }
  *out = absl::Microseconds(micros);
  return true;
}

absl::Status WrongValue(size_t place, Value value) {
  std::string text;
  const bool shown = ReadValue(value, &text);
  // A NUMERIC, as sums are, is a text.
  Decimal decimal;
  const bool is_number = value.kind() == Value::Kind::kInteger ||
                         value.kind() == Value::Kind::kReal ||
                         (value.kind() == Value::Kind::kText &&
                          Decimal::Parse(value.text(), &decimal));
  const std::string words = absl::StrCat(
      "value ", place + 1, " of the row, ", shown ? text : "which is NULL",
      ", is not of the type that it is read as",
      shown ? "" : "; read it into a std::optional");
  return is_number ? absl::OutOfRangeError(words) : absl::InternalError(words);
}

absl::Status WrongWidth(size_t values, size_t asked_for) {
  return absl::InvalidArgumentError(absl::StrCat("a row has ", values,
                                                 " values, not the ", asked_for,
                                                 " that it is read as"));
}

}  // namespace modelservice
