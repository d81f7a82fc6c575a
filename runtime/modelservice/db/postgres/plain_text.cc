#include "modelservice/db/postgres/plain_text.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "modelservice/db/postgres/big_endian.h"
#include "modelservice/schema/interval_text.h"

namespace modelservice::postgres {
namespace {

constexpr int64_t kMicrosPerSecond = 1000000;

template <class Float>
void AppendReal(Float real, std::string* text) {
  if (std::isnan(real)) {
    absl::StrAppend(text, "NaN");
  } else if (std::isinf(real)) {
    absl::StrAppend(text, real > 0 ? "Infinity" : "-Infinity");
  } else {
    char digits[32];
    const std::to_chars_result end =
        std::to_chars(digits, digits + sizeof(digits), real);
    text->append(digits, end.ptr);
  }
}

}  // namespace

bool WriteNumeric(absl::string_view bytes, std::string* text) {
  constexpr size_t kHeader = 8;
  if (bytes.size() < kHeader) return false;
  const int count = LoadBig<int16_t>(bytes.data());
  const int weight = LoadBig<int16_t>(bytes.data() + 2);
  const uint16_t sign = LoadBig<uint16_t>(bytes.data() + 4);
  const int scale = LoadBig<int16_t>(bytes.data() + 6);
  if (count < 0 || bytes.size() != kHeader + 2 * static_cast<size_t>(count)) {
    return false;
  }
  switch (sign) {
    case 0xc000:
      absl::StrAppend(text, "NaN");
      return true;
    case 0xd000:
      absl::StrAppend(text, "Infinity");
      return true;
    case 0xf000:
      absl::StrAppend(text, "-Infinity");
      return true;
    case 0x4000:
      text->push_back('-');
      break;
    default:
      break;
  }
  // Groups of four decimal digits; the first stands for 10000^weight. Groups
  // of zeros at either end are left out.
  const auto group = [&](int index) -> int {
    if (index < 0 || index >= count) return 0;
    return LoadBig<int16_t>(bytes.data() + kHeader +
                            2 * static_cast<size_t>(index));
  };
  if (weight < 0) {
    text->push_back('0');
  } else {
    absl::StrAppend(text, group(0));
    for (int i = 1; i <= weight; ++i)
      absl::StrAppendFormat(text, "%04d", group(i));
  }
  if (scale <= 0) return true;
  text->push_back('.');
  const size_t end = text->size() + static_cast<size_t>(scale);
  for (int i = weight + 1; text->size() < end; ++i) {
    absl::StrAppendFormat(text, "%04d", group(i));
  }
  text->resize(end);
  return true;
}

bool WriteDate(absl::string_view bytes, std::string* text) {
  if (bytes.size() != sizeof(int32_t)) return false;
  const int32_t days = LoadBig<int32_t>(bytes.data());
  if (days == std::numeric_limits<int32_t>::max()) {
    absl::StrAppend(text, "infinity");
    return true;
  }
  if (days == std::numeric_limits<int32_t>::min()) {
    absl::StrAppend(text, "-infinity");
    return true;
  }
  const absl::CivilDay date = absl::CivilDay(2000, 1, 1) + days;
  // There is no year 0: the one before 1 is 1 BC.
  const bool before_christ = date.year() <= 0;
  absl::StrAppendFormat(text, "%04d-%02d-%02d%s",
                        before_christ ? 1 - date.year() : date.year(),
                        date.month(), date.day(), before_christ ? " BC" : "");
  return true;
}

bool WriteTimeOfDay(absl::string_view bytes, std::string* text) {
  if (bytes.size() != sizeof(int64_t)) return false;
  const int64_t micros = LoadBig<int64_t>(bytes.data());
  const int64_t seconds = micros / kMicrosPerSecond;
  absl::StrAppendFormat(text, "%02d:%02d:%02d", seconds / 3600,
                        seconds / 60 % 60, seconds % 60);
  const int64_t fraction = micros % kMicrosPerSecond;
  if (fraction == 0) return true;
  absl::StrAppendFormat(text, ".%06d", fraction);
  while (text->back() == '0') text->pop_back();
  return true;
}

bool WriteUuid(absl::string_view bytes, std::string* text) {
  if (bytes.size() != 16) return false;
  constexpr char kDigits[] = "0123456789abcdef";
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text->push_back('-');
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text->push_back(kDigits[byte >> 4]);
    text->push_back(kDigits[byte & 15]);
  }
  return true;
}

void AppendShortest(float real, std::string* text) { AppendReal(real, text); }
void AppendShortest(double real, std::string* text) { AppendReal(real, text); }

bool WriteInterval(absl::string_view bytes, std::string* text) {
  if (bytes.size() != 16) return false;
  AppendInterval(
      {LoadBig<int32_t>(bytes.data() + 12), LoadBig<int32_t>(bytes.data() + 8),
       LoadBig<int64_t>(bytes.data())},
      text);
  return true;
}

}  // namespace modelservice::postgres
