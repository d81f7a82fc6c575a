#include "modelservice/db/postgres/values.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/postgres/array_text.h"
#include "modelservice/db/postgres/big_endian.h"
#include "modelservice/db/postgres/binary_form.h"
#include "modelservice/db/postgres/libpq.h"
#include "modelservice/db/postgres/oids.h"
#include "modelservice/db/postgres/plain_text.h"
#include "modelservice/schema/float_text.h"
#include "modelservice/schema/interval_text.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice::postgres {
namespace {

// Binary forms: the ..send functions of the server's types.

template <bool (*kRead)(absl::string_view bytes, Value* value)>
bool Plain(Oid, absl::string_view bytes, std::string*, Value* value) {
  return kRead(bytes, value);
}

bool Text(Oid, absl::string_view bytes, std::string*, Value* value) {
  *value = Value::Text(bytes);
  return true;
}

bool Blob(Oid, absl::string_view bytes, std::string*, Value* value) {
  *value = Value::Blob(bytes);
  return true;
}

bool Jsonb(Oid, absl::string_view bytes, std::string*, Value* value) {
  if (bytes.empty() || bytes[0] != 1) return false;  // the form's version
  *value = Value::Text(bytes.substr(1));
  return true;
}

// With the digits that it is written with, as its text form has.
bool ReadFloat4(absl::string_view bytes, Value* value) {
  if (!ReadReal<float, uint32_t>(bytes, value)) return false;
  *value = Value::Real(Widened(static_cast<float>(value->real())));
  return true;
}

// What becomes text in `space`.
template <bool (*kWrite)(absl::string_view bytes, std::string* text)>
bool Made(Oid, absl::string_view bytes, std::string* space, Value* value) {
  space->clear();
  if (!kWrite(bytes, space)) return false;
  *value = Value::Text(*space);
  return true;
}

// Text forms.

bool BoolText(Oid, absl::string_view text, std::string*, Value* value) {
  *value = Value::Integer(text == "t" ? 1 : 0);
  return true;
}

bool IntegerText(Oid, absl::string_view text, std::string*, Value* value) {
  int64_t integer = 0;
  if (!absl::SimpleAtoi(text, &integer)) return false;
  *value = Value::Integer(integer);
  return true;
}

bool RealText(Oid, absl::string_view text, std::string*, Value* value) {
  double real = 0;
  if (!absl::SimpleAtod(text, &real)) return false;
  *value = Value::Real(real);
  return true;
}

bool BlobText(Oid, absl::string_view text, std::string* space, Value* value) {
  // Either of bytea_output's forms. The text ends in a NUL.
  size_t size = 0;
  const std::string terminated(text);
  const Libpq<unsigned char> bytes(PQunescapeBytea(
      reinterpret_cast<const unsigned char*>(terminated.c_str()), &size));
  if (bytes == nullptr) return false;
  space->assign(reinterpret_cast<const char*>(bytes.get()), size);
  *value = Value::Blob(*space);
  return true;
}

bool TimeText(Oid, absl::string_view text, std::string*, Value* value) {
  int64_t seconds = 0;
  int32_t nanos = 0;
  // Infinity, and years beyond those of Timestamp, stay what they are.
  *value = ParseTimestamp(text, &seconds, &nanos)
               ? Value::Timestamp(seconds, nanos)
               : Value::Text(text);
  return true;
}

bool IntervalText(Oid, absl::string_view text, std::string* space,
                  Value* value) {
  Interval interval;
  if (!ParseInterval(text, &interval)) return false;
  space->clear();
  AppendInterval(interval, space);
  *value = Value::Text(*space);
  return true;
}

bool ArrayText(Oid type, absl::string_view text, std::string* space,
               Value* value) {
  space->clear();
  if (!JsonFromArray(text, ElementOf(type), space)) return false;
  *value = Value::Text(*space);
  return true;
}

}  // namespace

Form FormOf(Oid type) {
  switch (type) {
    case kBool:
      return Form::kBool;
    case kInt4:
      return Form::kInt4;
    case kInt8:
      return Form::kInt8;
    case kFloat8:
      return Form::kFloat8;
    case kText:
    case kVarchar:
      return Form::kText;
    case kTimestamp:
    case kTimestamptz:
      return Form::kTime;
    default:
      return Form::kOther;
  }
}

Decode BinaryDecoder(Oid type) {
  if (IsTextual(type)) return Text;
  switch (type) {
    case kBool:
      return Plain<ReadBool>;
    case kInt2:
      return Plain<ReadInteger<int16_t>>;
    case kInt4:
      return Plain<ReadInteger<int32_t>>;
    case kInt8:
      return Plain<ReadInteger<int64_t>>;
    case kOid:
      return Plain<ReadInteger<uint32_t>>;
    case kFloat4:
      return Plain<ReadFloat4>;
    case kFloat8:
      return Plain<ReadReal<double, uint64_t>>;
    case kJsonb:
      return Jsonb;
    case kBytea:
      return Blob;
    case kTimestamp:
    case kTimestamptz:
      return Plain<ReadTime>;
    case kInterval:
      return Made<WriteInterval>;
    case kNumeric:
      return Made<WriteNumeric>;
    case kDate:
      return Made<WriteDate>;
    case kTime:
      return Made<WriteTimeOfDay>;
    case kUuid:
      return Made<WriteUuid>;
    default:
      return ElementOf(type) != 0 ? Made<JsonFromBinaryArray> : nullptr;
  }
}

Decode TextDecoder(Oid type) {
  switch (type) {
    case kBool:
      return BoolText;
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
      return IntegerText;
    case kFloat4:
    case kFloat8:
      return RealText;
    case kBytea:
      return BlobText;
    case kTimestamp:
    case kTimestamptz:
      return TimeText;
    case kInterval:
      return IntervalText;
    default:
      return ElementOf(type) != 0 ? ArrayText : Text;
  }
}

}  // namespace modelservice::postgres
