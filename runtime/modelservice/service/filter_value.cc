#include "modelservice/service/filter_value.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modelservice/base/compat.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/field_range.h"
#include "modelservice/schema/float_text.h"
#include "modelservice/schema/format.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice {
namespace {

using ::google::protobuf::EnumDescriptor;
using Read = std::optional<Literal>;

constexpr int kMostValues = 10;
constexpr int64_t kMaxDurationSeconds = 315576000000;  // duration.proto

bool IsDigits(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  return !text.empty();
}

Read ReadInteger(FieldType type, absl::string_view text,
                 std::string* expected) {
  *expected = "an integer";
  absl::string_view digits = text;
  absl::ConsumePrefix(&digits, "-");
  if (!IsDigits(digits)) return std::nullopt;
  const FieldRange range = RangeOf(type).value_or(*RangeOf(FieldType::kInt64));
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || number < range.least ||
      number > range.most) {
    *expected =
        absl::StrCat("an integer from ", range.least, " to ", range.most);
    return std::nullopt;
  }
  return Literal(Value::Integer(number));
}

Read ReadReal(const Column& column, absl::string_view text,
              std::string* expected) {
  *expected = "a number";
  // No hexadecimal number, and no name of one, like "inf".
  if (text.find_first_not_of("0123456789+-.eE") != absl::string_view::npos) {
    return std::nullopt;
  }
  double number = 0;
  if (!absl::SimpleAtod(text, &number) || !std::isfinite(number)) {
    return std::nullopt;
  }
  return Literal(AsHeld(column, Value::Real(number)));
}

Read ReadBool(absl::string_view text, std::string* expected) {
  *expected = "true or false";
  if (text != "true" && text != "false") return std::nullopt;
  return Literal(Value::Integer(text == "true" ? 1 : 0));
}

Read ReadEnum(const Column& column, const EnumDescriptor* type,
              absl::string_view text, std::string* expected) {
  const auto* const value = type->FindValueByName(std::string(text));
  if (value == nullptr) {
    *expected = type->value_count() == 1 ? "" : "one of ";
    const int shown = std::min(type->value_count(), kMostValues);
    for (int i = 0; i < shown; ++i) {
      absl::StrAppend(expected, i == 0 ? "" : ", ",
                      compat::Str(type->value(i)->name()));
    }
    if (shown < type->value_count()) absl::StrAppend(expected, ", ...");
    return std::nullopt;
  }
  if (column.storage != Storage::kName) {
    return Literal(Value::Integer(value->number()));
  }
  TextArena arena;
  return Literal(ToEnumName(type, value->number(), arena));
}

Read ReadTimestamp(absl::string_view text, std::string* expected) {
  *expected = "a timestamp like 2012-04-21T11:30:00Z";
  int64_t seconds = 0;
  int32_t nanos = 0;
  if (!ParseTimestamp(text, &seconds, &nanos) ||
      seconds < kMinTimestampSeconds || seconds > kMaxTimestampSeconds) {
    return std::nullopt;
  }
  return Literal(Value::Timestamp(seconds, nanos));
}

// Seconds, to the microsecond.
Read ReadDuration(absl::string_view text, std::string* expected) {
  *expected = "a duration in seconds, to the microsecond, like 1.5s";
  if (!absl::ConsumeSuffix(&text, "s")) return std::nullopt;
  const bool negative = absl::ConsumePrefix(&text, "-");
  const size_t point = text.find('.');
  const absl::string_view whole = text.substr(0, point);
  std::string fraction;
  if (point != absl::string_view::npos) {
    fraction = std::string(text.substr(point + 1));
    if (!IsDigits(fraction)) return std::nullopt;
    while (fraction.size() > 6 && fraction.back() == '0') fraction.pop_back();
  }
  int64_t seconds = 0;
  if (!IsDigits(whole) || fraction.size() > 6 ||
      !absl::SimpleAtoi(whole, &seconds) || seconds > kMaxDurationSeconds) {
    return std::nullopt;
  }
  fraction.resize(6, '0');
  int64_t micros = 0;
  if (!absl::SimpleAtoi(fraction, &micros)) return std::nullopt;
  micros += seconds * 1000000;
  return Literal(Value::Integer(negative ? -micros : micros));
}

Read ReadText(const Column& column, absl::string_view text,
              std::string* expected) {
  if (column.format == Format::kDecimal || column.format == Format::kUuid) {
    *expected = column.format == Format::kUuid ? "a UUID" : "a decimal number";
    if (!HasFormat(column.format, text)) return std::nullopt;
  }
  return Literal(Value::Text(text));
}

}  // namespace

std::optional<Literal> ReadFilterValue(
    const Column& column, const google::protobuf::FieldDescriptor& field,
    absl::string_view text, std::string* expected) {
  switch (column.type) {
    case FieldType::kBool:
      return ReadBool(text, expected);
    case FieldType::kFloat:
    case FieldType::kDouble:
      return ReadReal(column, text, expected);
    case FieldType::kString:
      return ReadText(column, text, expected);
    case FieldType::kEnum:
      return ReadEnum(column, field.enum_type(), text, expected);
    case FieldType::kTimestamp:
      return ReadTimestamp(text, expected);
    case FieldType::kDuration:
      return ReadDuration(text, expected);
    case FieldType::kBytes:
    case FieldType::kMessage:
      *expected = "nothing";
      return std::nullopt;
    default:
      return ReadInteger(column.type, text, expected);
  }
}

std::optional<Literal> ReadFilterNumber(absl::string_view text) {
  std::string expected;
  return ReadReal(Column("", 0, FieldType::kDouble), text, &expected);
}

Value AsHeld(const Column& column, Value value) {
  if (column.type != FieldType::kFloat || value.kind() != Value::Kind::kReal) {
    return value;
  }
  return Value::Real(Widened(static_cast<float>(value.real())));
}

Value ComparedIn(absl::Span<const ColumnForm> forms, const Column& described,
                 int column, Value given, TextArena& arena) {
  const Value stored = StoredIn(forms, column, given, arena);
  Decimal decimal;
  const bool is_number = stored.kind() == Value::Kind::kInvalid &&
                         described.format == Format::kDecimal &&
                         given.kind() == Value::Kind::kText &&
                         Decimal::Parse(given.text(), &decimal);
  return is_number ? given : stored;
}

}  // namespace modelservice
