#include "modelservice/orm/subject.h"

#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/field_range.h"
#include "modelservice/schema/format.h"
#include "modelservice/schema/time_text.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/schema/uuid_text.h"

namespace modelservice {
namespace {

// Whether nothing else means what this does: two subjects are never one owner.
bool IsOnlyForm(Format format, absl::string_view subject) {
  std::string form;
  switch (format) {
    case Format::kUuid: {
      std::string digits;
      return ReadUuid(subject, &digits) &&
             absl::EqualsIgnoreCase(WithHyphens(digits), subject);
    }
    case Format::kDecimal: {
      Decimal decimal;
      if (!Decimal::Parse(subject, &decimal)) return false;
      decimal.Strip();
      return decimal.Text() == subject;
    }
    case Format::kDate:
      return ReadDate(subject, &form) && form == subject;
    case Format::kTime:
      return ReadTimeOfDay(subject, /*midnight_after=*/false, &form) &&
             form == subject;
    default:
      return true;
  }
}

bool CanHold(const Column& column, absl::string_view subject) {
  return IsUtf8(subject) && !HasNul(subject) &&
         HasFormat(column.format, subject) &&
         IsOnlyForm(column.format, subject) &&
         (column.max_length < 0 ||
          Utf8Length(subject) <= static_cast<size_t>(column.max_length));
}

}  // namespace

std::optional<Value> SubjectValue(const Column& column,
                                  absl::string_view subject) {
  if (subject.empty()) return std::nullopt;
  if (column.type == FieldType::kString) {
    if (!CanHold(column, subject)) return std::nullopt;
    return Value::Text(subject);
  }
  int64_t number = 0;
  const std::optional<FieldRange> range = RangeOf(column.type);
  // SimpleAtoi takes blanks, signs and zeros in front, too.
  if (!range.has_value() || !absl::SimpleAtoi(subject, &number) ||
      absl::StrCat(number) != subject || number < range->least ||
      number > range->most) {
    return std::nullopt;
  }
  return Value::Integer(number);
}

}  // namespace modelservice
