#include "modelservice/db/postgres/parameters.h"

#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/array_text.h"
#include "modelservice/db/postgres/big_endian.h"
#include "modelservice/db/postgres/binary_form.h"
#include "modelservice/db/postgres/conversion.h"
#include "modelservice/db/postgres/oids.h"
#include "modelservice/db/postgres/parameter_column.h"
#include "modelservice/db/postgres/plain_text.h"
#include "modelservice/db/postgres/text_form.h"
#include "modelservice/schema/interval_text.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice::postgres {
namespace {

constexpr int64_t kSecondsPerDay = 86400;

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

// Seconds since 1970, where nanoseconds, never negative, go forwards.
std::string DecimalSeconds(int64_t seconds, int32_t nanos) {
  const bool before = seconds < 0 && nanos > 0;
  if (before) {
    seconds = -(seconds + 1);
    nanos = 1000000000 - nanos;
  }
  return absl::StrCat(before ? "-" : "", seconds, ".",
                      absl::Dec(nanos, absl::kZeroPad9));
}

}  // namespace

absl::Status Parameters::Encode(absl::Span<const Value> values,
                                absl::Span<const Oid> types,
                                absl::string_view sql) {
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
    if (!EncodeOne(i, values[i], types[i])) {
      const int number = static_cast<int>(i) + 1;
      return DoesNotFit(values[i], types[i], absl::StrCat("parameter ", number),
                        ColumnOfParameter(sql, number), i + 1);
    }
  }
  return absl::OkStatus();
}

bool Parameters::EncodeOne(size_t i, Value value, Oid type) {
  if (!Convert(type, &value)) return false;
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
      return SetBytes(i, value.text());
    case Value::Kind::kTimestamp:
      return EncodeTimestamp(i, value, type);
    case Value::Kind::kList:
      return SetOwnText(i, ArrayOf(value, ElementOf(type)));
    case Value::Kind::kInvalid:
      return false;
  }
  return false;
}

bool Parameters::EncodeInteger(size_t i, int64_t integer, Oid type) {
  switch (type) {
    case kBool:
      return SetNumber(i, static_cast<int8_t>(integer));
    case kInt2:
      return SetNumber(i, static_cast<int16_t>(integer));
    case kInt4:
      return SetNumber(i, static_cast<int32_t>(integer));
    case kOid:
      return SetNumber(i, static_cast<uint32_t>(integer));
    case kInt8:
      return SetNumber(i, integer);
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
    case kFloat4:
      return SetNumber(i, BitsAs<int32_t>(static_cast<float>(real)));
    case kFloat8:
      return SetNumber(i, BitsAs<int64_t>(real));
    default: {
      std::string digits;
      AppendShortest(real, &digits);
      return SetOwnText(i, std::move(digits));
    }
  }
}

bool Parameters::EncodeText(size_t i, absl::string_view text, Oid type) {
  if (IsTextual(type)) return SetBytes(i, text);
  if (type == kUuid) {
    if (!ParseUuid(text, spaces_[i].number)) return false;
    data_[i] = spaces_[i].number;
    sizes_[i] = 16;
    formats_[i] = 1;
    return true;
  }
  Interval interval;
  if (type == kInterval && ParseInterval(text, &interval)) {
    SetNumber(i, interval.micros);
    StoreBig(interval.days, spaces_[i].number + 8);
    StoreBig(interval.months, spaces_[i].number + 12);
    sizes_[i] = 16;
    return true;
  }
  const Oid element = ElementOf(type);
  if (element != 0 && !text.empty() && text.front() == '[') {
    std::string array;
    return ArrayFromJson(text, element, &array) &&
           SetOwnText(i, std::move(array));
  }
  return SetOwnText(i, std::string(text));
}

bool Parameters::EncodeTimestamp(size_t i, const Value& value, Oid type) {
  const int64_t seconds = value.seconds();
  switch (type) {
    case kTimestamp:
    case kTimestamptz:
      if (IsInfinity(value)) {
        return SetNumber(i, std::numeric_limits<int64_t>::max());
      }
      // Microseconds since 2000, which nanos, never negative, are cut to.
      return SetNumber(
          i, (seconds - kPostgresEpoch) * 1000000 + value.nanos() / 1000);
    case kDate: {
      int64_t days = (seconds - kPostgresEpoch) / kSecondsPerDay;
      if ((seconds - kPostgresEpoch) % kSecondsPerDay < 0) --days;
      return SetNumber(i, static_cast<int32_t>(days));
    }
    case kNumeric:
      return SetOwnText(i, DecimalSeconds(seconds, value.nanos()));
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

bool Parameters::SetBytes(size_t i, absl::string_view bytes) {
  if (bytes.size() > std::numeric_limits<int>::max()) return false;
  data_[i] = bytes.empty() ? "" : bytes.data();  // null would be NULL
  sizes_[i] = static_cast<int>(bytes.size());
  formats_[i] = 1;
  return true;
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
