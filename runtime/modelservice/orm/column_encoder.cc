#include "modelservice/orm/column_encoder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modelservice/db/read_value.h"
#include "modelservice/schema/interval_text.h"
#include "modelservice/schema/time_text.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/sql/number_text.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

// SQLite's columns hold any type, so numbers are taken in every form that loses
// nothing.
bool ToInteger(Value value, int64_t* out) {
  switch (value.kind()) {
    case Value::Kind::kInteger:
      *out = value.integer();
      return true;
    case Value::Kind::kReal:
      if (std::trunc(value.real()) != value.real() ||
          std::abs(value.real()) > 9007199254740992.0) {  // 2^53
        return false;
      }
      *out = static_cast<int64_t>(value.real());
      return true;
    case Value::Kind::kText: {
      // A decimal number may be whole: "3.00".
      absl::string_view digits = value.text();
      const size_t point = digits.find('.');
      if (point != absl::string_view::npos &&
          digits.find_first_not_of('0', point + 1) == absl::string_view::npos) {
        digits = digits.substr(0, point);
      }
      return absl::SimpleAtoi(digits, out);
    }
    default:
      return false;
  }
}

template <class T>
bool Fits(int64_t value) {
  return value >= static_cast<int64_t>(std::numeric_limits<T>::min()) &&
         value <= static_cast<int64_t>(std::numeric_limits<T>::max());
}

uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^
         static_cast<uint64_t>(value >> 63);
}

Fault EncodeInteger(const Column& column, int64_t value, WireBuffer& wire) {
  const int n = column.number;
  switch (column.type) {
    case FieldType::kBool:
      wire.VarintField(n, value != 0 ? 1 : 0);
      return kFine;
    case FieldType::kInt32:
    case FieldType::kEnum:
      if (!Fits<int32_t>(value)) return "a number past 32 bits";
      [[fallthrough]];
    case FieldType::kInt64:
      wire.VarintField(n, static_cast<uint64_t>(value));
      return kFine;
    case FieldType::kUint32:
      if (!Fits<uint32_t>(value)) return "a number past 32 bits, unsigned";
      [[fallthrough]];
    case FieldType::kUint64:
      if (value < 0) return "a negative number";
      wire.VarintField(n, static_cast<uint64_t>(value));
      return kFine;
    case FieldType::kSint32:
      if (!Fits<int32_t>(value)) return "a number past 32 bits";
      [[fallthrough]];
    case FieldType::kSint64:
      wire.VarintField(n, ZigZag(value));
      return kFine;
    case FieldType::kSfixed32:
      if (!Fits<int32_t>(value)) return "a number past 32 bits";
      wire.Tag(n, WireBuffer::kFixed32);
      wire.Fixed32(static_cast<uint32_t>(value));
      return kFine;
    case FieldType::kFixed32:
      if (!Fits<uint32_t>(value)) return "a number past 32 bits, unsigned";
      wire.Tag(n, WireBuffer::kFixed32);
      wire.Fixed32(static_cast<uint32_t>(value));
      return kFine;
    case FieldType::kFixed64:
      if (value < 0) return "a negative number";
      [[fallthrough]];
    case FieldType::kSfixed64:
      wire.Fixed64Field(n, static_cast<uint64_t>(value));
      return kFine;
    default:
      return "a number";
  }
}

Fault EncodeReal(const Column& column, double value, bool keep_zero,
                 WireBuffer& wire) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (bits == 0 && !keep_zero) return kFine;  // -0.0 is not the default
  if (column.type == FieldType::kDouble) {
    wire.Fixed64Field(column.number, bits);
    return kFine;
  }
  const float narrow = static_cast<float>(value);
  uint32_t narrow_bits;
  std::memcpy(&narrow_bits, &narrow, sizeof narrow_bits);
  wire.Tag(column.number, WireBuffer::kFixed32);
  wire.Fixed32(narrow_bits);
  return kFine;
}

// Text of a number that a NUMERIC column made of a decimal's digits.
std::string NumberText(Value value) {
  return value.kind() == Value::Kind::kInteger ? absl::StrCat(value.integer())
                                               : RealText(value.real());
}

// As SQLite's CAST has it, which bytes that come back are compared with: "5.0",
// "1.0e+20".
std::string CastText(double value) {
  if (std::isinf(value)) return value > 0 ? "Inf" : "-Inf";
  std::string text = absl::StrFormat("%.15g", value);
  const size_t exponent = std::min(text.find('e'), text.size());
  if (!absl::StrContains(text, '.')) text.insert(exponent, ".0");
  return text;
}

Fault EncodeText(const Column& column, const ColumnForm& form, Value value,
                 WireBuffer& wire) {
  std::string made;
  absl::string_view text;
  if (form.Show(value, &made)) value = Value::Text(made);
  switch (value.kind()) {
    case Value::Kind::kText:
    case Value::Kind::kBlob:
      text = value.text();
      break;
    case Value::Kind::kInteger:
    case Value::Kind::kReal:
      made =
          column.type == FieldType::kBytes && value.kind() == Value::Kind::kReal
              ? CastText(value.real())
              : NumberText(value);
      text = made;
      break;
    case Value::Kind::kTimestamp:
      made = IsoTimestamp(value.seconds(), value.nanos());
      text = made;
      break;
    default:
      return "no text";
  }
  if (text.empty() && !column.presence) return kFine;
  if (column.type == FieldType::kString && !IsUtf8(text)) {
    return "malformed UTF-8";
  }
  wire.LengthDelimited(column.number, text);
  return kFine;
}

// Timestamp and Duration alike: seconds = 1, nanos = 2.
void EncodeSecondsNanos(int field, int64_t seconds, int32_t nanos,
                        WireBuffer& wire) {
  wire.Tag(field, WireBuffer::kLength);
  const size_t start = wire.BeginLength();
  if (seconds != 0) {
    wire.VarintField(1, static_cast<uint64_t>(seconds));
  }
  if (nanos != 0) {
    wire.VarintField(2, static_cast<uint64_t>(static_cast<int64_t>(nanos)));
  }
  wire.EndLength(start);
}

Fault EncodeTimestamp(const Column& column, Value value, WireBuffer& wire) {
  int64_t seconds = 0;
  int32_t nanos = 0;
  if (value.kind() == Value::Kind::kTimestamp) {
    seconds = value.seconds();
    nanos = value.nanos();
  } else if (value.kind() == Value::Kind::kText) {
    if (!ReadAnyTime(value.text(), &seconds, &nanos)) return "no timestamp";
  } else if (!ToInteger(value, &seconds)) {  // Unix time
    return "no timestamp";
  }
  if (seconds < kMinTimestampSeconds) {
    seconds = kMinTimestampSeconds;
    nanos = 0;
  } else if (seconds > kMaxTimestampSeconds) {
    seconds = kMaxTimestampSeconds;
    nanos = 999999000;
  }
  EncodeSecondsNanos(column.number, seconds, nanos, wire);
  return kFine;
}

Fault EncodeDuration(const Column& column, Value value, WireBuffer& wire) {
  int64_t microseconds;
  Interval interval;
  if (!ToInteger(value, &microseconds) &&
      (value.kind() != Value::Kind::kText ||
       !ParseInterval(value.text(), &interval) ||
       !TotalMicros(interval, &microseconds))) {
    return "no span of time";
  }
  EncodeSecondsNanos(column.number, microseconds / 1000000,
                     static_cast<int32_t>(microseconds % 1000000) * 1000, wire);
  return kFine;
}

// A wrapper is a message with the scalar as field 1.
template <class EncodeScalar>
Fault Wrapped(const Column& column, WireBuffer& wire, EncodeScalar encode) {
  wire.Tag(column.number, WireBuffer::kLength);
  const size_t start = wire.BeginLength();
  Column scalar = column;
  scalar.number = 1;
  scalar.wrapper = false;
  scalar.presence = false;
  const Fault fault = encode(scalar);
  wire.EndLength(start);
  return fault;
}

Fault EncodeEnumName(const FieldDescriptor& field, const Column& column,
                     Value value, WireBuffer& wire) {
  if (value.kind() != Value::Kind::kText) return "no enum name";
  const auto* named =
      field.enum_type()->FindValueByName(std::string(value.text()));
  int32_t number = 0;
  if (named != nullptr) {
    number = named->number();
  } else if (!absl::SimpleAtoi(value.text(), &number)) {
    return "a name that its enum does not have";
  }
  if (number == 0 && !column.presence) return kFine;
  return EncodeInteger(column, number, wire);
}

// What SQLite's shells and importers write for truth.
bool ReadTruth(Value value, int64_t* truth) {
  bool read = false;
  if (value.kind() != Value::Kind::kText ||
      !absl::SimpleAtob(value.text(), &read)) {
    return false;
  }
  *truth = read ? 1 : 0;
  return true;
}

Fault EncodeNative(const Column& column, const ColumnForm& form, Value value,
                   WireBuffer& wire) {
  const bool is_text =
      column.type == FieldType::kString || column.type == FieldType::kBytes;
  if (!is_text && value.kind() == Value::Kind::kText && value.text().empty()) {
    return kFine;
  }
  switch (column.type) {
    case FieldType::kString:
    case FieldType::kBytes:
      return EncodeText(column, form, value, wire);
    case FieldType::kFloat:
    case FieldType::kDouble: {
      double real;
      if (!ReadValue(value, &real)) return "no number";
      return EncodeReal(column, real, column.presence, wire);
    }
    case FieldType::kTimestamp:
      return EncodeTimestamp(column, value, wire);
    case FieldType::kDuration:
      return EncodeDuration(column, value, wire);
    default: {
      int64_t integer;
      if (!ToInteger(value, &integer) &&
          (column.type != FieldType::kBool || !ReadTruth(value, &integer))) {
        return "no integer";
      }
      if (integer == 0 && !column.presence) return kFine;
      return EncodeInteger(column, integer, wire);
    }
  }
}

}  // namespace

Fault EncodeColumn(const Model& model, const Column& column,
                   const ColumnForm& form, Value value, WireBuffer& wire) {
  if (value.kind() == Value::Kind::kInvalid) return "what cannot be read";
  if (column.storage == Storage::kNative) {
    if (!column.wrapper) return EncodeNative(column, form, value, wire);
    return Wrapped(column, wire, [&](const Column& scalar) {
      return EncodeNative(scalar, form, value, wire);
    });
  }
  const Message& prototype = model.prototype();
  const FieldDescriptor& field =
      *prototype.GetDescriptor()->FindFieldByNumber(column.number);
  switch (column.storage) {
    case Storage::kName:
      return EncodeEnumName(field, column, value, wire);
    case Storage::kJson:
    case Storage::kArray: {
      std::string shown;
      if (form.Show(value, &shown)) value = Value::Text(shown);
      return EncodeStoredJson(prototype, field, value, wire);
    }
    default:
      return EncodeStoredBytes(prototype, column, value, wire);
  }
}

}  // namespace modelservice
