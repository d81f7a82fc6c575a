#include "modelservice/db/postgres/parameters.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/array_text.h"
#include "modelservice/db/postgres/big_endian.h"
#include "modelservice/db/postgres/binary_form.h"
#include "modelservice/db/postgres/oids.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice::postgres {
namespace {

constexpr int64_t kSecondsPerDay = 86400;
// Past all that a timestamp of PostgreSQL can be; far from overflow.
constexpr int64_t kMostSeconds = 9200000000000;

// Whether the type's binary form is its text.
bool IsText(Oid type) {
  switch (type) {
    case kText:
    case kVarchar:
    case kBpchar:
    case kName:
    case kUnknown:
    case kJson:
      return true;
    default:
      return false;
  }
}

template <class Int>
bool Fits(int64_t integer) {
  return integer >= static_cast<int64_t>(std::numeric_limits<Int>::min()) &&
         integer <= static_cast<int64_t>(std::numeric_limits<Int>::max());
}

// The shortest digits that read back as the same number.
std::string ShortestText(double real) {
  char digits[32];
  const std::to_chars_result end =
      std::to_chars(digits, digits + sizeof(digits), real);
  return std::string(digits, end.ptr);
}

bool HasNul(absl::string_view text) {
  return !text.empty() && std::memchr(text.data(), 0, text.size()) != nullptr;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// 32 hex digits, hyphens and a pair of braces anywhere that PostgreSQL lets
// them be.
bool ParseUuid(absl::string_view text, char* bytes) {
  if (text.size() >= 2 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, text.size() - 2);
  }
  size_t digits = 0;
  for (const char c : text) {
    if (c == '-' && digits > 0 && digits % 4 == 0) continue;
    const int digit = HexDigit(c);
    if (digit < 0 || digits == 32) return false;
    char& byte = bytes[digits / 2];
    byte = static_cast<char>(digits % 2 == 0 ? digit << 4 : byte | digit);
    ++digits;
  }
  return digits == 32;
}

absl::Status Refused(size_t i, absl::string_view why) {
  return MakeDatabaseError(DatabaseError::Kind::kValue,
                           absl::StrCat("parameter ", i + 1, ": ", why));
}

}  // namespace

absl::Status Parameters::Encode(absl::Span<const Value> values,
                                absl::Span<const Oid> types) {
  if (values.size() != types.size()) {
    return MakeDatabaseError(DatabaseError::Kind::kOther,
                             absl::StrCat(values.size(), " parameters for ",
                                          types.size(), " placeholders"));
  }
  count_ = values.size();
  if (count_ > spaces_.size()) {
    data_.resize(count_);
    sizes_.resize(count_);
    formats_.resize(count_);
    spaces_.resize(count_);
  }
  for (size_t i = 0; i < count_; ++i) {
    if (EncodeOne(i, values[i], types[i])) continue;
    if (values[i].kind() == Value::Kind::kInvalid) {
      return absl::InvalidArgumentError(
          absl::StrCat("parameter ", i + 1, ": ", values[i].text()));
    }
    const bool text = values[i].kind() == Value::Kind::kText;
    if (text && HasNul(values[i].text())) {
      return Refused(i, "text cannot hold a NUL character");
    }
    return Refused(
        i, absl::StrCat("does not fit the type with the OID ", types[i]));
  }
  return absl::OkStatus();
}

bool Parameters::EncodeOne(size_t i, const Value& value, Oid type) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      data_[i] = nullptr;
      sizes_[i] = 0;
      formats_[i] = 1;
      return true;
    case Value::Kind::kInteger:
      return EncodeInteger(i, value.integer(), type);
    case Value::Kind::kReal:
      return EncodeReal(i, value.real(), type);
    case Value::Kind::kText:
      return EncodeText(i, value.text(), type);
    case Value::Kind::kBlob:
      return type == kBytea ? SetBytes(i, value.text())
                            : EncodeText(i, value.text(), type);
    case Value::Kind::kTimestamp:
      return EncodeTimestamp(i, value, type);
    case Value::Kind::kInvalid:
      return false;
  }
  return false;
}

bool Parameters::EncodeInteger(size_t i, int64_t integer, Oid type) {
  switch (type) {
    case kBool:
      if (integer != 0 && integer != 1) return false;
      return SetNumber(i, static_cast<int8_t>(integer));
    case kInt2:
      return Fits<int16_t>(integer) &&
             SetNumber(i, static_cast<int16_t>(integer));
    case kInt4:
      return Fits<int32_t>(integer) &&
             SetNumber(i, static_cast<int32_t>(integer));
    case kOid:
      return Fits<uint32_t>(integer) &&
             SetNumber(i, static_cast<uint32_t>(integer));
    case kInt8:
      return SetNumber(i, integer);
    case kFloat4:
    case kFloat8:
      return EncodeReal(i, static_cast<double>(integer), type);
    case kInterval: {
      // Microseconds; then no days and no months.
      std::memset(spaces_[i].number, 0, sizeof(spaces_[i].number));
      SetNumber(i, integer);
      sizes_[i] = 16;
      return true;
    }
    default:
      return SetOwnText(i, absl::StrCat(integer));
  }
}

bool Parameters::EncodeReal(size_t i, double real, Oid type) {
  switch (type) {
    case kFloat4: {
      const bool fits = !std::isfinite(real) ||
                        std::abs(real) <= std::numeric_limits<float>::max();
      return fits && SetNumber(i, BitsAs<int32_t>(static_cast<float>(real)));
    }
    case kFloat8:
      return SetNumber(i, BitsAs<int64_t>(real));
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
      return whole && EncodeInteger(i, static_cast<int64_t>(real), type);
    }
    default:
      return SetOwnText(i, ShortestText(real));
  }
}

bool Parameters::EncodeText(size_t i, absl::string_view text, Oid type) {
  if (type == kBytea) return SetBytes(i, text);
  if (IsText(type)) return !HasNul(text) && SetBytes(i, text);
  switch (type) {
    case kBool: {
      bool truth = false;
      return absl::SimpleAtob(text, &truth) &&
             SetNumber(i, static_cast<int8_t>(truth ? 1 : 0));
    }
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid: {
      int64_t integer = 0;
      return absl::SimpleAtoi(text, &integer) &&
             EncodeInteger(i, integer, type);
    }
    case kFloat4:
    case kFloat8: {
      double real = 0;
      return absl::SimpleAtod(text, &real) && EncodeReal(i, real, type);
    }
    case kUuid: {
      if (!ParseUuid(text, spaces_[i].number)) return false;
      data_[i] = spaces_[i].number;
      sizes_[i] = 16;
      formats_[i] = 1;
      return true;
    }
    case kTimestamp:
    case kTimestamptz: {
      int64_t seconds = 0;
      int32_t nanos = 0;
      return ParseTimestamp(text, &seconds, &nanos)
                 ? SetMicros(i, seconds, nanos)
                 : SetText(i, text);
    }
    default:
      break;
  }
  if (ElementOf(type) != 0 && !text.empty() && text.front() == '[') {
    std::string array;
    return ArrayFromJson(text, ElementOf(type), &array) &&
           SetOwnText(i, std::move(array));
  }
  return SetText(i, text);
}

bool Parameters::EncodeTimestamp(size_t i, const Value& value, Oid type) {
  const int64_t seconds = value.seconds();
  if (seconds < -kMostSeconds || seconds > kMostSeconds) return false;
  switch (type) {
    case kTimestamp:
    case kTimestamptz:
      return SetMicros(i, seconds, value.nanos());
    case kDate: {
      int64_t days = (seconds - kPostgresEpoch) / kSecondsPerDay;
      if ((seconds - kPostgresEpoch) % kSecondsPerDay < 0) --days;
      return Fits<int32_t>(days) && SetNumber(i, static_cast<int32_t>(days));
    }
    default: {
      std::string text = FormatTimestamp(seconds, value.nanos());
      return !text.empty() && SetOwnText(i, std::move(text));
    }
  }
}

template <class Int>
bool Parameters::SetNumber(size_t i, Int number) {
  StoreBig(number, spaces_[i].number);
  data_[i] = spaces_[i].number;
  sizes_[i] = sizeof(Int);
  formats_[i] = 1;
  return true;
}

// Microseconds since 2000, which `nanos`, never negative, are cut to.
bool Parameters::SetMicros(size_t i, int64_t seconds, int64_t nanos) {
  return SetNumber(i, (seconds - kPostgresEpoch) * 1000000 + nanos / 1000);
}

bool Parameters::SetBytes(size_t i, absl::string_view bytes) {
  if (bytes.size() > std::numeric_limits<int>::max()) return false;
  data_[i] = bytes.empty() ? "" : bytes.data();  // null would be NULL
  sizes_[i] = static_cast<int>(bytes.size());
  formats_[i] = 1;
  return true;
}

bool Parameters::SetText(size_t i, absl::string_view text) {
  return SetOwnText(i, std::string(text));
}

// In text form libpq looks for the NUL at the end.
bool Parameters::SetOwnText(size_t i, std::string text) {
  if (HasNul(text)) return false;
  spaces_[i].text = std::move(text);
  data_[i] = spaces_[i].text.c_str();
  sizes_[i] = 0;
  formats_[i] = 0;
  return true;
}

}  // namespace modelservice::postgres
