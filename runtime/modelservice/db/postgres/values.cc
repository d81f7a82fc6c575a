#include "modelservice/db/postgres/values.h"

#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/postgres/array_text.h"
#include "modelservice/db/postgres/big_endian.h"
#include "modelservice/db/postgres/libpq.h"
#include "modelservice/db/postgres/oids.h"
#include "modelservice/db/postgres/plain_text.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice::postgres {
namespace {

constexpr int64_t kPostgresEpoch = 946684800;  // 2000-01-01 00:00:00

// Binary forms: the ..send functions of the server's types.

bool Bool(Oid, absl::string_view bytes, std::string*, Value* value) {
  if (bytes.size() != 1) return false;
  *value = Value::Integer(bytes[0] != 0 ? 1 : 0);
  return true;
}

template <class Int>
bool Integer(Oid, absl::string_view bytes, std::string*, Value* value) {
  if (bytes.size() != sizeof(Int)) return false;
  *value = Value::Integer(LoadBig<Int>(bytes.data()));
  return true;
}

template <class Float, class Bits>
bool Real(Oid, absl::string_view bytes, std::string*, Value* value) {
  if (bytes.size() != sizeof(Float)) return false;
  *value = Value::Real(BitsAs<Float>(LoadBig<Bits>(bytes.data())));
  return true;
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

bool Time(Oid, absl::string_view bytes, std::string*, Value* value) {
  if (bytes.size() != sizeof(int64_t)) return false;
  const int64_t micros = LoadBig<int64_t>(bytes.data());
  if (micros == std::numeric_limits<int64_t>::max()) {
    *value = Value::Text("infinity");
  } else if (micros == std::numeric_limits<int64_t>::min()) {
    *value = Value::Text("-infinity");
  } else {
    int64_t seconds = micros / 1000000;
    int64_t rest = micros % 1000000;
    if (rest < 0) {
      rest += 1000000;
      --seconds;
    }
    *value = Value::Timestamp(seconds + kPostgresEpoch,
                              static_cast<int32_t>(rest * 1000));
  }
  return true;
}

bool Interval(Oid, absl::string_view bytes, std::string*, Value* value) {
  int64_t micros = 0;
  if (bytes.size() != 16 ||
      !IntervalMicros(LoadBig<int64_t>(bytes.data()),
                      LoadBig<int32_t>(bytes.data() + 8),
                      LoadBig<int32_t>(bytes.data() + 12), &micros)) {
    return false;
  }
  *value = Value::Integer(micros);
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

bool IntervalText(Oid, absl::string_view text, std::string*, Value* value) {
  int64_t micros = 0;
  if (!ParseInterval(text, &micros)) return false;
  *value = Value::Integer(micros);
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

Decode BinaryDecoder(Oid type) {
  switch (type) {
    case kBool:
      return Bool;
    case kInt2:
      return Integer<int16_t>;
    case kInt4:
      return Integer<int32_t>;
    case kInt8:
      return Integer<int64_t>;
    case kOid:
      return Integer<uint32_t>;
    case kFloat4:
      return Real<float, uint32_t>;
    case kFloat8:
      return Real<double, uint64_t>;
    case kText:
    case kVarchar:
    case kBpchar:
    case kName:
    case kUnknown:
    case kJson:
      return Text;
    case kJsonb:
      return Jsonb;
    case kBytea:
      return Blob;
    case kTimestamp:
    case kTimestamptz:
      return Time;
    case kInterval:
      return Interval;
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
