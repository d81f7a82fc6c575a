#include "modelservice/db/postgres/conversion.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/oids.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice::postgres {
namespace {

// Past all that a timestamp of PostgreSQL can be; far from overflow.
constexpr int64_t kMostSeconds = 9200000000000;

template <class Int>
bool Fits(int64_t integer) {
  return integer >= static_cast<int64_t>(std::numeric_limits<Int>::min()) &&
         integer <= static_cast<int64_t>(std::numeric_limits<Int>::max());
}

bool FromInteger(int64_t integer, Oid type, Value* value) {
  *value = Value::Integer(integer);
  switch (type) {
    case kBool:
      return integer == 0 || integer == 1;
    case kInt2:
      return Fits<int16_t>(integer);
    case kInt4:
      return Fits<int32_t>(integer);
    case kOid:
      return Fits<uint32_t>(integer);
    case kFloat4:
    case kFloat8:
      *value = Value::Real(static_cast<double>(integer));
      return true;
    default:
      return true;
  }
}

bool FromReal(double real, Oid type, Value* value) {
  *value = Value::Real(real);
  switch (type) {
    case kFloat4:
      return !std::isfinite(real) ||
             std::abs(real) <= std::numeric_limits<float>::max();
    case kBool:
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
    case kInterval: {
      // Below 2^63, which is the first that does not fit.
      const bool whole = std::trunc(real) == real &&
                         real >= -9223372036854775808.0 &&
                         real < 9223372036854775808.0;
      return whole && FromInteger(static_cast<int64_t>(real), type, value);
    }
    default:
      return true;
  }
}

bool FromText(absl::string_view text, Oid type, Value* value) {
  if (type == kBytea) {
    *value = Value::Blob(text);
    return true;
  }
  *value = Value::Text(text);
  switch (type) {
    case kBool: {
      bool truth = false;
      if (!absl::SimpleAtob(text, &truth)) return false;
      *value = Value::Integer(truth ? 1 : 0);
      return true;
    }
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid: {
      int64_t integer = 0;
      return absl::SimpleAtoi(text, &integer) &&
             FromInteger(integer, type, value);
    }
    case kFloat4:
    case kFloat8: {
      double real = 0;
      return absl::SimpleAtod(text, &real) && FromReal(real, type, value);
    }
    case kTimestamp:
    case kTimestamptz: {
      int64_t seconds = 0;
      int32_t nanos = 0;
      // Of what is no time to us, like infinity, the server knows more.
      if (ParseTimestamp(text, &seconds, &nanos)) {
        *value = Value::Timestamp(seconds, nanos);
        return true;
      }
      break;
    }
    default:
      break;
  }
  return !HasNul(text);
}

// In words, for the value itself is no matter for a log.
absl::string_view KindName(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::kInteger:
      return "a whole number";
    case Value::Kind::kReal:
      return "a number";
    case Value::Kind::kText:
      return "a text";
    case Value::Kind::kBlob:
      return "bytes";
    case Value::Kind::kTimestamp:
      return "a time";
    default:
      return "a value";
  }
}

std::string TypeName(Oid type) {
  switch (type) {
    case kBool:
      return "boolean";
    case kInt2:
      return "smallint";
    case kInt4:
      return "integer";
    case kInt8:
      return "bigint";
    case kFloat4:
      return "real";
    case kFloat8:
      return "double precision";
    case kDate:
      return "date";
    case kTimestamp:
      return "timestamp";
    case kTimestamptz:
      return "timestamp with time zone";
    case kInterval:
      return "interval";
    case kUuid:
      return "uuid";
    default:
      return absl::StrCat("with the OID ", type);
  }
}

}  // namespace

bool Convert(Oid type, Value* value) {
  switch (value->kind()) {
    case Value::Kind::kNull:
      return true;
    case Value::Kind::kInteger:
      return FromInteger(value->integer(), type, value);
    case Value::Kind::kReal:
      return FromReal(value->real(), type, value);
    case Value::Kind::kText:
    case Value::Kind::kBlob:
      return FromText(value->text(), type, value);
    case Value::Kind::kTimestamp:
      return value->seconds() >= -kMostSeconds &&
             value->seconds() <= kMostSeconds;
    case Value::Kind::kList:
      return true;
    case Value::Kind::kInvalid:
      return false;
  }
  return false;
}

absl::Status DoesNotFit(const Value& value, Oid type, absl::string_view place,
                        std::string column, std::optional<size_t> parameter) {
  if (value.kind() == Value::Kind::kInvalid) {
    return absl::InvalidArgumentError(absl::StrCat(place, ": ", value.text()));
  }
  DatabaseError error;
  error.kind = DatabaseError::Kind::kValue;
  error.parameter = parameter;
  if (!column.empty()) error.columns.push_back(std::move(column));
  const bool nul = value.kind() == Value::Kind::kText && HasNul(value.text());
  return MakeDatabaseError(
      error, nul ? absl::StrCat(place, ": text cannot hold a NUL character")
                 : absl::StrCat(place, ": ", KindName(value.kind()),
                                " does not fit the type ", TypeName(type)));
}

bool HasNul(absl::string_view text) {
  return !text.empty() && std::memchr(text.data(), 0, text.size()) != nullptr;
}

bool IsInfinity(const Value& time) {
  return time.seconds() == kMaxTimestampSeconds && time.nanos() == 999999999;
}

}  // namespace modelservice::postgres
