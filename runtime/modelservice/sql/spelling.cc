#include "modelservice/sql/spelling.h"

#include <algorithm>
#include <iterator>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modelservice/schema/time_text.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/schema/uuid_text.h"

namespace modelservice {
namespace {

constexpr absl::string_view kZones[] = {"", "Z", "+00:00", "+00", "+0000"};
constexpr size_t kDateSize = 10;
constexpr size_t kSecondsSize = 19;  // "2024-02-29 13:14:15"
constexpr int8_t kMicros = 6;
// In front of a time of day, which is spelled as it would be there.
constexpr absl::string_view kSomeDay = "2000-01-01 ";
constexpr size_t kMinutesSize = 5;  // "13:14"

bool IsUpper(char c) { return absl::ascii_isupper(static_cast<uint8_t>(c)); }
bool IsLower(char c) { return absl::ascii_islower(static_cast<uint8_t>(c)); }

}  // namespace

Spelling Spelling::OfUuids(const std::vector<std::string>& texts,
                           bool with_hyphens) {
  Spelling spelling;
  spelling.hyphens_ = with_hyphens;
  std::string digits;
  for (const std::string& text : texts) {
    if (!ReadUuid(text, &digits)) continue;
    spelling.hyphens_ = text.find('-') != std::string::npos;
    spelling.upper_ = absl::c_any_of(text, IsUpper);
    // One of numbers alone does not say.
    if (spelling.upper_ || absl::c_any_of(text, IsLower)) break;
  }
  return spelling;
}

std::string Spelling::Uuid(absl::string_view digits) const {
  std::string text = hyphens_ ? WithHyphens(digits) : std::string(digits);
  if (upper_) absl::AsciiStrToUpper(&text);
  return text;
}

Spelling Spelling::OfTimes(const std::vector<std::string>& texts) {
  Spelling spelling;
  bool is_first = true;
  bool has_zeros = false;
  bool has_none = false;
  int8_t least = kMicros + 1;  // digits, of those that have any
  for (const std::string& text : texts) {
    int64_t seconds = 0;
    int32_t nanos = 0;
    if (is_first && absl::SimpleAtoi(text, &seconds)) {
      spelling.is_unix_ = true;
      break;
    }
    if (text.size() < kSecondsSize || !ParseTimestamp(text, &seconds, &nanos)) {
      continue;
    }
    size_t end = kSecondsSize;
    int8_t digits = 0;
    if (end < text.size() && text[end] == '.') {
      end =
          std::min(text.find_first_not_of("0123456789", end + 1), text.size());
      digits = static_cast<int8_t>(end - kSecondsSize - 1);
    }
    const auto* const zone =
        absl::c_find(kZones, absl::string_view(text).substr(end));
    if (zone == std::end(kZones)) continue;
    has_zeros |= digits > 0 && nanos == 0;
    has_none |= digits == 0;
    if (digits > 0) least = std::min(least, digits);
    if (!is_first) continue;
    is_first = false;
    spelling.separator_ = text[kDateSize];
    spelling.zone_ = static_cast<int8_t>(zone - std::begin(kZones));
  }
  // Six of which none is too much, or none at all, are as many as there are.
  const bool is_ours =
      has_none || least > kMicros || (least == kMicros && !has_zeros);
  spelling.digits_ = is_ours ? -1 : least;
  return spelling;
}

std::string Spelling::Time(int64_t seconds, int32_t nanos) const {
  std::string text = FormatTimestamp(seconds, 0);
  if (text.size() != kSecondsSize) return text;
  text[kDateSize] = separator_;
  const int32_t micros = nanos / 1000;
  int8_t digits = digits_ < 0 ? kMicros : digits_;
  // What is more exact than the others is not cut.
  const std::string all = absl::StrFormat("%06d", micros);
  if (digits < kMicros &&
      all.find_first_not_of('0', static_cast<size_t>(digits)) !=
          std::string::npos) {
    digits = kMicros;
  }
  if (digits_ > 0 || micros != 0) {
    std::string shown = all;
    shown.resize(static_cast<size_t>(digits), '0');
    absl::StrAppend(&text, ".", shown);
  }
  absl::StrAppend(&text, kZones[static_cast<size_t>(zone_)]);
  return text;
}

Spelling Spelling::OfTimesOfDay(const std::vector<std::string>& texts) {
  std::vector<std::string> times;
  bool only_minutes = false;
  for (const std::string& text : texts) {
    std::string time;
    if (!ReadTimeOfDay(text, /*midnight_after=*/true, &time)) continue;
    if (times.empty()) only_minutes = text.size() == kMinutesSize;
    times.push_back(absl::StrCat(kSomeDay, text));
  }
  Spelling spelling = OfTimes(times);
  spelling.only_minutes_ = only_minutes;
  return spelling;
}

std::string Spelling::TimeOfDay(absl::string_view time) const {
  int64_t seconds = 0;
  int32_t nanos = 0;
  if (!ParseTimestamp(absl::StrCat(kSomeDay, time), &seconds, &nanos)) {
    return std::string(time);
  }
  std::string text = Time(seconds, nanos).substr(kSomeDay.size());
  if (only_minutes_ && text.size() > kMinutesSize &&
      text.substr(kMinutesSize) == ":00") {
    text.resize(kMinutesSize);
  }
  return text;
}

}  // namespace modelservice
