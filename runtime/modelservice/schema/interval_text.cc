#include "modelservice/schema/interval_text.h"

#include <limits>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace modelservice {
namespace {

constexpr int64_t kMicrosPerSecond = 1000000;
constexpr int64_t kMicrosPerDay = 86400 * kMicrosPerSecond;
// PostgreSQL has no longer ones; what a sum of these is stays within 64 bits.
constexpr int64_t kMostHours = 2562047788;

bool IsDigits(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(c)) return false;
  }
  return !text.empty();
}

bool TakeSign(absl::string_view* text) {
  if (absl::ConsumePrefix(text, "-")) return true;
  absl::ConsumePrefix(text, "+");
  return false;
}

// Digits, perhaps with a fraction, as microseconds of `unit`; what is less than
// a microsecond is cut off.
bool ParsePart(absl::string_view text, int64_t unit, int64_t* micros) {
  const size_t point = text.find_first_of(".,");
  const absl::string_view whole = text.substr(0, point);
  int64_t number = 0;
  if (!IsDigits(whole) || !absl::SimpleAtoi(whole, &number) ||
      number > std::numeric_limits<int64_t>::max() / unit - 1) {
    return false;
  }
  *micros = number * unit;
  if (point == absl::string_view::npos) return true;
  const absl::string_view fraction = text.substr(point + 1);
  if (!IsDigits(fraction)) return false;
  int64_t part = unit;
  int64_t sum = 0;
  for (const char c : fraction) {
    if (part % 10 != 0) break;
    part /= 10;
    sum += (c - '0') * part;
  }
  *micros += sum;
  return true;
}

// `[[HH:]MM:]SS[.ffffff]`, with a sign or without.
bool ParseClock(absl::string_view text, int64_t* micros) {
  const bool negative = TakeSign(&text);
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  if (parts.size() > 3) return false;
  int64_t minutes = 0;
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    int64_t number = 0;
    if (!IsDigits(parts[i]) || !absl::SimpleAtoi(parts[i], &number) ||
        number > kMostHours) {
      return false;
    }
    minutes = minutes * 60 + number;
  }
  int64_t seconds = 0;
  if (!ParsePart(parts.back(), kMicrosPerSecond, &seconds)) return false;
  // The server keeps the whole in 64 bits, the least number too.
  const uint64_t whole = static_cast<uint64_t>(minutes) * 60 *
                             static_cast<uint64_t>(kMicrosPerSecond) +
                         static_cast<uint64_t>(seconds);
  constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
  if (whole > kMost + (negative ? 1 : 0)) return false;
  *micros = static_cast<int64_t>(negative ? 0 - whole : whole);
  return true;
}

// `P3DT4H5M6.7S`, with a sign or without.
bool ParseIso(absl::string_view text, Interval* interval) {
  const bool negative = TakeSign(&text);
  if (!absl::ConsumePrefix(&text, "P") || text.empty()) return false;
  int64_t total = 0;
  bool in_time = false;
  while (!text.empty()) {
    if (!in_time && absl::ConsumePrefix(&text, "T")) {
      in_time = true;
      if (text.empty()) return false;
      continue;
    }
    const size_t end = text.find_first_not_of("0123456789.,");
    if (end == absl::string_view::npos || end == 0) return false;
    int64_t unit = 0;
    switch (text[end]) {
      case 'D':
        unit = in_time ? 0 : kMicrosPerDay;
        break;
      case 'H':
        unit = in_time ? 3600 * kMicrosPerSecond : 0;
        break;
      case 'M':
        unit = in_time ? 60 * kMicrosPerSecond : 0;
        break;
      case 'S':
        unit = in_time ? kMicrosPerSecond : 0;
        break;
      default:
        break;
    }
    int64_t part = 0;
    if (unit == 0 || !ParsePart(text.substr(0, end), unit, &part) ||
        part > std::numeric_limits<int64_t>::max() - total) {
      return false;
    }
    total += part;
    text.remove_prefix(end + 1);
  }
  *interval = IntervalOf(negative ? -total : total);
  return true;
}

// `1 year 2 mons -3 days 04:05:06`, and Django's `3 days, 04:05:06`.
bool ParseWords(absl::string_view text, Interval* interval) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, ' ');
  int64_t months = 0;
  int64_t days = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    const bool after_comma = i > 0 && absl::EndsWith(words[i - 1], ",");
    if (absl::StrContains(words[i], ':') || after_comma) {
      if (i + 1 != words.size() || !ParseClock(words[i], &interval->micros)) {
        return false;
      }
      continue;
    }
    int32_t number = 0;
    if (i + 1 == words.size() || !absl::SimpleAtoi(words[i], &number)) {
      return false;
    }
    absl::string_view unit = words[++i];
    absl::ConsumeSuffix(&unit, ",");
    absl::ConsumeSuffix(&unit, "s");
    if (unit == "year") {
      months += 12 * int64_t{number};
    } else if (unit == "mon" || unit == "month") {
      months += number;
    } else if (unit == "day") {
      days += number;
    } else {
      return false;
    }
  }
  interval->months = static_cast<int32_t>(months);
  interval->days = static_cast<int32_t>(days);
  return interval->months == months && interval->days == days;
}

}  // namespace

Interval IntervalOf(int64_t micros) {
  int64_t days = micros / kMicrosPerDay;
  int64_t rest = micros % kMicrosPerDay;
  if (rest < 0) {
    rest += kMicrosPerDay;
    --days;
  }
  return {0, static_cast<int32_t>(days), rest};
}

bool TotalMicros(const Interval& interval, int64_t* total) {
  // Days and months have 32 bits: their sum fits well.
  const int64_t days = int64_t{interval.days} + 30 * int64_t{interval.months};
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  if (days > kMost / kMicrosPerDay || days < -(kMost / kMicrosPerDay)) {
    return false;
  }
  const int64_t of_days = days * kMicrosPerDay;
  if (of_days > 0 ? interval.micros > kMost - of_days
                  : interval.micros < -kMost - of_days) {
    return false;
  }
  *total = interval.micros + of_days;
  return true;
}

void AppendInterval(const Interval& interval, std::string* text) {
  if (interval.months != 0) {
    const int years = interval.months / 12;
    const int months = interval.months % 12;
    if (years != 0) {
      absl::StrAppend(text, years, years == 1 ? " year " : " years ");
    }
    if (months != 0) {
      absl::StrAppend(text, months, months == 1 ? " mon " : " mons ");
    }
    if (interval.days != 0) {
      absl::StrAppend(text, interval.days,
                      interval.days == 1 ? " day " : " days ");
    }
  } else if (interval.days != 0) {
    absl::StrAppend(text, interval.days, " ");
  }
  // The least number has no positive twin.
  const int64_t micros = interval.micros;
  const uint64_t whole = micros < 0 ? 0 - static_cast<uint64_t>(micros)
                                    : static_cast<uint64_t>(micros);
  const uint64_t seconds = whole / kMicrosPerSecond;
  absl::StrAppendFormat(text, "%s%02d:%02d:%02d", micros < 0 ? "-" : "",
                        seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (whole % kMicrosPerSecond != 0) {
    absl::StrAppendFormat(text, ".%06d", whole % kMicrosPerSecond);
  }
}

bool ParseInterval(absl::string_view text, Interval* interval) {
  *interval = Interval();
  if (text.empty()) return false;
  absl::string_view unsigned_text = text;
  TakeSign(&unsigned_text);
  if (absl::StartsWith(unsigned_text, "P")) return ParseIso(text, interval);
  if (text.find_first_not_of("0123456789:.,+- ") != absl::string_view::npos) {
    return ParseWords(text, interval);
  }
  const size_t space = text.find(' ');
  if (space != absl::string_view::npos) {
    if (!absl::SimpleAtoi(text.substr(0, space), &interval->days)) return false;
    text.remove_prefix(space + 1);
  }
  return ParseClock(text, &interval->micros);
}

std::string DurationText(int64_t micros) {
  const uint64_t size = micros < 0 ? 0 - static_cast<uint64_t>(micros)
                                   : static_cast<uint64_t>(micros);
  return absl::StrFormat("%s%d.%06ds", micros < 0 ? "-" : "", size / 1000000,
                         size % 1000000);
}

}  // namespace modelservice
