// What a ColumnForm makes of values, in both directions.
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/interval_text.h"
#include "modelservice/schema/json_syntax.h"
#include "modelservice/schema/time_text.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/schema/uuid_text.h"
#include "modelservice/sql/array_literal.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/number_text.h"

namespace modelservice {
namespace {

// Of a double, that are what was written.
constexpr int kFloatDigits = 15;

constexpr absl::string_view kNoInteger = "A valid integer is required.";
constexpr absl::string_view kNoSpan =
    "Duration has wrong format. Use one of these formats instead: [DD] "
    "[HH:[MM:]]ss[.uuuuuu].";
constexpr absl::string_view kNoTimestamp =
    "Datetime has wrong format. Use one of these formats instead: "
    "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";

constexpr absl::string_view kNoJsonb =
    "Value must be valid JSON, without \\u0000, half of a surrogate pair, or a "
    "number of too many digits.";

// Infinity, of digits.
bool IsInfinityOfDigits(absl::string_view text, double real) {
  return std::isinf(real) &&
         text.find_first_of("0123456789") != absl::string_view::npos;
}

bool ReadBool(absl::string_view text, bool* truth) {
  const std::string word = absl::AsciiStrToLower(text);
  *truth = word == "true" || word == "t" || word == "1" || word == "yes" ||
           word == "y" || word == "on";
  return *truth || word == "false" || word == "f" || word == "0" ||
         word == "no" || word == "n" || word == "off";
}

// DRF cuts a fraction of zeros off.
bool ReadInteger(absl::string_view text, int64_t* integer) {
  const size_t point = text.find('.');
  if (point != absl::string_view::npos &&
      text.find_first_not_of('0', point + 1) == absl::string_view::npos) {
    text = text.substr(0, point);
  }
  return !text.empty() && !absl::ascii_isspace(text.front()) &&
         !absl::ascii_isspace(text.back()) && absl::SimpleAtoi(text, integer);
}

// The text, unless its column would make another one of it; of JSON, another
// number.
Value Unchanged(absl::string_view text, bool is_json, TextArena& arena) {
  const std::string number = NumberOfText(text);
  if (number.empty() || number == text ||
      (is_json &&
       CompareDecimals(number, absl::StripAsciiWhitespace(text)) == 0)) {
    return Value::Text(text);
  }
  double real = 0;
  const bool is_long =
      number.size() > kFloatDigits + 2 && absl::SimpleAtod(number, &real);
  return Value::Invalid(arena.Own(absl::StrCat(
      "The column would store the number ",
      is_long ? absl::StrFormat("%.*g", kFloatDigits, real) : number,
      " for this text.")));
}

}  // namespace

Value ColumnForm::Stored(Value given, TextArena& arena) const {
  if (is_plain()) return given;
  const Value stored = Formed(given, arena);
  switch (kind_) {
    case Kind::kInteger:
    case Kind::kMicros:
    case Kind::kReal:
    case Kind::kUnixTime:
      // Not even a statement's parameter may have more.
      return Limited(stored, arena);
    default:
      return stored;
  }
}

Value ColumnForm::Written(Value given, TextArena& arena) const {
  if (takes_all()) return given;
  const Value stored = Formed(given, arena);
  if (kind_ == Kind::kStamp) return limits_.Cut(stored);
  if (kind_ != Kind::kArray) return Limited(stored, arena);
  // Of elements as they are given.
  const Value limited = Limited(given, arena);
  return limited.kind() == Value::Kind::kInvalid ? limited : stored;
}

Value ColumnForm::Limited(Value stored, TextArena& arena) const {
  if (limits_.takes_all() || stored.kind() == Value::Kind::kInvalid) {
    return stored;
  }
  std::string fault = limits_.FaultOf(stored);
  return fault.empty() ? stored : Value::Invalid(arena.Own(std::move(fault)));
}

Value ColumnForm::Formed(Value given, TextArena& arena) const {
  switch (kind_) {
    case Kind::kPlain:
    case Kind::kStamp:
      return given;
    case Kind::kDayOfTime:
      if (given.kind() == Value::Kind::kTimestamp &&
          (given.seconds() % 86400 != 0 || given.nanos() != 0)) {
        return Value::Invalid("Expected a date but got a datetime.");
      }
      return given;
    case Kind::kUnixTime:
      if (given.kind() != Value::Kind::kTimestamp) return given;
      return given.nanos() == 0
                 ? Value::Integer(given.seconds())
                 : Value::Invalid(
                       "Ensure that the time is a whole number of seconds.");
    default:
      return given.kind() == Value::Kind::kText
                 ? StoredText(given.text(), arena)
                 : given;
  }
}

Expression ColumnForm::Fitted(Expression computed) const {
  // Without a scale digits are as they come, as in PostgreSQL's NUMERIC.
  if (kind_ != Kind::kDecimal || (scale_ < 0 && !strips_)) return computed;
  return Expression::Fitted(
      std::move(computed),
      precision_ >= scale_ && scale_ >= 0 ? precision_ : -1, scale_);
}

Value ColumnForm::StoredText(absl::string_view text, TextArena& arena) const {
  // Only bytes and texts may be none at all.
  if (text.empty() && nullable_ && kind_ != Kind::kBase64 &&
      kind_ != Kind::kMaybeNumber && kind_ != Kind::kPadded) {
    return Value::Null();
  }
  switch (kind_) {
    case Kind::kTimestamp:
    case Kind::kDate:
    case Kind::kTime:
      return StoredTime(text, arena);
    case Kind::kInterval:
    case Kind::kMicros: {
      Interval interval;
      int64_t micros = 0;
      const bool is_zero = text.empty() && empty_is_zero_;
      if (!is_zero && !ParseInterval(text, &interval)) {
        return Value::Invalid(kNoSpan);
      }
      if (kind_ == Kind::kInterval) {
        std::string written;
        AppendInterval(interval, &written);
        return Value::Text(arena.Own(std::move(written)));
      }
      if (interval.months != 0 || !TotalMicros(interval, &micros)) {
        return Value::Invalid(kNoSpan);
      }
      return Value::Integer(micros);
    }
    case Kind::kBase64: {
      std::string bytes;
      if (!absl::Base64Unescape(text, &bytes)) {
        return Value::Invalid("Enter valid base64.");
      }
      return Value::Blob(arena.Own(std::move(bytes)));
    }
    case Kind::kUuid:
    case Kind::kUuidDigits: {
      std::string digits;
      if (!ReadUuid(text, &digits)) {
        return Value::Invalid("Must be a valid UUID.");
      }
      return Value::Text(arena.Own(spelling_.Uuid(digits)));
    }
    case Kind::kDecimal:
      return StoredDecimal(text, arena);
    case Kind::kInteger: {
      int64_t integer = 0;
      return ReadInteger(text, &integer)
                 ? Value::Integer(integer)
                 : Value::Invalid(NumberFault(text, kNoInteger));
    }
    case Kind::kReal: {
      double real = 0;
      if (!absl::SimpleAtod(text, &real) || IsInfinityOfDigits(text, real)) {
        return Value::Invalid(NumberFault(text));
      }
      std::string fault = RealDigitsFault(text, real);
      return fault.empty() ? Value::Real(real)
                           : Value::Invalid(arena.Own(std::move(fault)));
    }
    case Kind::kBool: {
      bool truth = false;
      if (!ReadBool(text, &truth)) {
        return Value::Invalid("Must be a valid boolean.");
      }
      return Value::Integer(truth ? 1 : 0);
    }
    case Kind::kJson:
      if (!IsJson(text)) return Value::Invalid("Value must be valid JSON.");
      if (is_jsonb_ && !IsJsonb(text)) return Value::Invalid(kNoJsonb);
      return typed_ || is_json_text_ ? Value::Text(text)
                                     : Unchanged(text, /*is_json=*/true, arena);
    case Kind::kArray: {
      std::string array;
      return ArrayLiteralOfJson(text, element_, &array)
                 ? Value::Text(arena.Own(std::move(array)))
                 : Value::Text(text);
    }
    case Kind::kMaybeNumber:
      return Unchanged(text, /*is_json=*/false, arena);
    default:
      return Value::Text(text);
  }
}

Value ColumnForm::StoredTime(absl::string_view text, TextArena& arena) const {
  if (has_far_times_ && IsFarTime(text)) return Value::Text(text);
  std::string written;
  switch (kind_) {
    case Kind::kTimestamp: {
      int64_t seconds = 0;
      int32_t nanos = 0;
      if (spelling_.is_unix() && absl::SimpleAtoi(text, &seconds)) {
        return Value::Integer(seconds);
      }
      if (!ReadDatetime(text, &seconds, &nanos)) {
        return Value::Invalid(kNoTimestamp);
      }
      if (seconds < kMinTimestampSeconds || seconds > kMaxTimestampSeconds) {
        return Value::Invalid("Datetime value out of range.");
      }
      nanos = nanos / 1000 * 1000;
      if (spelling_.is_our_time()) return Value::Timestamp(seconds, nanos);
      return spelling_.is_unix() && nanos == 0
                 ? Value::Integer(seconds)
                 : Value::Text(arena.Own(spelling_.Time(seconds, nanos)));
    }
    case Kind::kDate:
      if (!ReadDate(text, &written)) {
        return Value::Invalid(
            "Date has wrong format. Use one of these formats instead: "
            "YYYY-MM-DD.");
      }
      break;
    default:
      if (!ReadTimeOfDay(text, /*midnight_after=*/has_far_times_, &written)) {
        return Value::Invalid(
            "Time has wrong format. Use one of these formats instead: "
            "hh:mm[:ss[.uuuuuu]].");
      }
      if (!spelling_.is_our_time()) written = spelling_.TimeOfDay(written);
      break;
  }
  return Value::Text(arena.Own(std::move(written)));
}

Value ColumnForm::StoredDecimal(absl::string_view text,
                                TextArena& arena) const {
  if (may_be_nan_ &&
      (text == "NaN" || text == "Infinity" || text == "-Infinity")) {
    return Value::Text(text);
  }
  Decimal decimal;
  if (!Decimal::Parse(text, &decimal)) {
    return Value::Invalid(NumberFault(text));
  }
  // What has no scale of its own may have any zeros.
  if (scale_ < 0 && precision_ >= 0) decimal.Strip();
  std::string fault = DigitsFault(decimal, precision_, scale_);
  if (!fault.empty()) return Value::Invalid(arena.Own(std::move(fault)));
  if (strips_) decimal.Strip();
  if (scale_ > 0) decimal.Pad(static_cast<size_t>(scale_));
  return Value::Text(arena.Own(decimal.Text()));
}

bool ColumnForm::Show(Value stored, std::string* text) const {
  if (!padded_ || stored.kind() != Value::Kind::kText) {
    return ShowFormed(stored, text);
  }
  const size_t last = stored.text().find_last_not_of(' ');
  const absl::string_view bare =
      stored.text().substr(0, last == absl::string_view::npos ? 0 : last + 1);
  if (!ShowFormed(Value::Text(bare), text)) *text = std::string(bare);
  return true;
}

bool ColumnForm::ShowFormed(Value stored, std::string* text) const {
  switch (kind_) {
    case Kind::kTimestamp: {
      int64_t seconds = stored.seconds();
      int32_t nanos = stored.nanos();
      const bool is_time = stored.kind() == Value::Kind::kTimestamp ||
                           (stored.kind() == Value::Kind::kText &&
                            ParseTimestamp(stored.text(), &seconds, &nanos));
      const bool is_far = !is_time && stored.kind() == Value::Kind::kText &&
                          IsFarTime(stored.text());
      if (!is_time && !is_far) return false;
      *text =
          is_time ? IsoTimestamp(seconds, nanos) : IsoFarTime(stored.text());
      return true;
    }
    case Kind::kTime:
      return stored.kind() == Value::Kind::kText &&
             ReadTimeOfDay(stored.text(), /*midnight_after=*/true, text);
    case Kind::kMicros:
      if (stored.kind() != Value::Kind::kInteger) return false;
      text->clear();
      AppendInterval(IntervalOf(stored.integer()), text);
      return true;
    case Kind::kBase64:
      if (stored.kind() != Value::Kind::kBlob &&
          stored.kind() != Value::Kind::kText) {
        return false;
      }
      *text = absl::Base64Escape(stored.text());
      return true;
    case Kind::kUuid:
    case Kind::kUuidDigits: {
      std::string digits;
      if (stored.kind() != Value::Kind::kText ||
          !ReadUuid(stored.text(), &digits)) {
        return false;
      }
      *text = WithHyphens(digits);
      return true;
    }
    case Kind::kDecimal:
      return ShowDecimal(stored, text);
    case Kind::kArray:
      text->clear();
      return stored.kind() == Value::Kind::kText &&
             JsonOfArrayLiteral(stored.text(), element_, text);
    case Kind::kSpans:
      if (stored.kind() != Value::Kind::kText) return false;
      *text = WithDurations(stored.text());
      return true;
    case Kind::kBool: {
      bool truth =
          stored.kind() == Value::Kind::kInteger && stored.integer() != 0;
      if (stored.kind() == Value::Kind::kText &&
          !ReadBool(stored.text(), &truth)) {
        return false;
      }
      *text = truth ? "true" : "false";
      return true;
    }
    default:
      return false;
  }
}

// SQLite's numbers have lost their zeros, and its texts may be of any form.
bool ColumnForm::ShowDecimal(Value stored, std::string* text) const {
  switch (stored.kind()) {
    case Value::Kind::kInteger:
      *text = absl::StrCat(stored.integer());
      break;
    case Value::Kind::kReal:
      if (!std::isfinite(stored.real())) return false;
      *text = absl::StrFormat("%.*g", kFloatDigits, stored.real());
      break;
    case Value::Kind::kText:
      *text = std::string(stored.text());
      break;
    default:
      return false;
  }
  Decimal decimal;
  if (!Decimal::Parse(*text, &decimal)) return false;
  if (scale_ > 0) decimal.Pad(static_cast<size_t>(scale_));
  *text = decimal.Text();
  return true;
}

}  // namespace modelservice
