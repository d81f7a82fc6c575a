#include "modelservice/schema/timestamp_text.h"

#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"

namespace modelservice {
namespace {

constexpr int64_t kSecondsPerDay = 86400;

// Writes `value` as `width` digits.
char* AppendDigits(int64_t value, int width, char* out) {
  for (int i = width - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + width;
}

// Reads exactly `digits` digits off the front of `text`.
bool TakeDigits(absl::string_view* text, size_t digits, int* number) {
  if (text->size() < digits) return false;
  *number = 0;
  for (size_t i = 0; i < digits; ++i) {
    const char c = (*text)[i];
    if (c < '0' || c > '9') return false;
    *number = *number * 10 + (c - '0');
  }
  text->remove_prefix(digits);
  return true;
}

bool TakeFraction(absl::string_view* text, int32_t* nanos) {
  *nanos = 0;
  if (!absl::ConsumePrefix(text, ".")) return true;
  int32_t unit = 100000000;
  size_t digits = 0;
  while (!text->empty() && text->front() >= '0' && text->front() <= '9') {
    if (++digits > 9) return false;
    *nanos += (text->front() - '0') * unit;
    unit /= 10;
    text->remove_prefix(1);
  }
  return digits > 0;
}

// `Z`, `+hh`, `+hh:mm`, `+hhmm` or nothing, to the end of the text.
bool TakeZone(absl::string_view text, int64_t* offset_seconds) {
  *offset_seconds = 0;
  if (text.empty() || text == "Z" || text == "z") return true;
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') return false;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!TakeDigits(&text, 2, &hours)) return false;
  if (!text.empty()) {
    absl::ConsumePrefix(&text, ":");
    if (!TakeDigits(&text, 2, &minutes)) return false;
  }
  if (!text.empty() || hours > 23 || minutes > 59) return false;
  *offset_seconds = (hours * 60 + minutes) * 60 * (west ? -1 : 1);
  return true;
}

}  // namespace

size_t WriteTimestamp(int64_t seconds, int32_t nanos, TimestampText* text) {
  if (seconds < kMinTimestampSeconds || seconds > kMaxTimestampSeconds ||
      nanos < 0 || nanos > 999999999) {
    return 0;
  }
  const absl::CivilSecond time = absl::CivilSecond(1970, 1, 1) + seconds;
  char* out = AppendDigits(time.year(), 4, text->data());
  *out++ = '-';
  out = AppendDigits(time.month(), 2, out);
  *out++ = '-';
  out = AppendDigits(time.day(), 2, out);
  *out++ = ' ';
  out = AppendDigits(time.hour(), 2, out);
  *out++ = ':';
  out = AppendDigits(time.minute(), 2, out);
  *out++ = ':';
  out = AppendDigits(time.second(), 2, out);
  if (nanos != 0) {
    *out++ = '.';
    out = nanos % 1000 == 0 ? AppendDigits(nanos / 1000, 6, out)
                            : AppendDigits(nanos, 9, out);
  }
  return static_cast<size_t>(out - text->data());
}

std::string FormatTimestamp(int64_t seconds, int32_t nanos) {
  TimestampText text;
  return std::string(text.data(), WriteTimestamp(seconds, nanos, &text));
}

bool ParseTimestamp(absl::string_view text, int64_t* seconds, int32_t* nanos) {
  int year, month, day, hour = 0, minute = 0, second = 0;
  if (!TakeDigits(&text, 4, &year) || !absl::ConsumePrefix(&text, "-") ||
      !TakeDigits(&text, 2, &month) || !absl::ConsumePrefix(&text, "-") ||
      !TakeDigits(&text, 2, &day)) {
    return false;
  }
  *nanos = 0;
  int64_t offset = 0;
  if (!text.empty()) {
    if (!absl::ConsumePrefix(&text, " ") && !absl::ConsumePrefix(&text, "T"))
      return false;
    if (!TakeDigits(&text, 2, &hour) || !absl::ConsumePrefix(&text, ":") ||
        !TakeDigits(&text, 2, &minute)) {
      return false;
    }
    if (absl::ConsumePrefix(&text, ":") &&
        (!TakeDigits(&text, 2, &second) || !TakeFraction(&text, nanos))) {
      return false;
    }
    if (!TakeZone(text, &offset)) return false;
  }
  const absl::CivilDay date(year, month, day);
  // absl normalizes what is out of range: 02-30 becomes 03-01.
  if (year < 1 || date.year() != year || date.month() != month ||
      date.day() != day || hour > 23 || minute > 59 || second > 59) {
    return false;
  }
  *seconds = (date - absl::CivilDay(1970, 1, 1)) * kSecondsPerDay +
             (hour * 60 + minute) * 60 + second - offset;
  return true;
}

}  // namespace modelservice
