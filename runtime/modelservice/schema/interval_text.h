// Spans of time as text, as Django writes them: `[D ]HH:MM:SS[.ffffff]`.
#ifndef MODELSERVICE_SCHEMA_INTERVAL_TEXT_H_
#define MODELSERVICE_SCHEMA_INTERVAL_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// As PostgreSQL keeps them: months and days are not always as long.
struct Interval {
  int32_t months = 0;
  int32_t days = 0;
  int64_t micros = 0;
};

// Of microseconds alone, with the days that are in them, as Django's timedelta:
// less than nothing is days back and a time of day.
Interval IntervalOf(int64_t micros);

// The whole as microseconds: a day has 24 hours, a month 30 days. False when
// that is too much for 64 bits.
bool TotalMicros(const Interval& interval, int64_t* micros);

// Appends `-1 23:59:59.000001`, and what Django has no form for in
// PostgreSQL's: `1 mon 2 days 03:04:05`. The hours of a time may be 24 and
// more, and it may have a sign: `30:00:00` is read as what it is.
void AppendInterval(const Interval& interval, std::string* text);

// As ProtoJSON writes a Duration: `-1.500000s`.
std::string DurationText(int64_t micros);

// Reads what AppendInterval writes, and what Django and PostgreSQL read:
// `90`, `1:30`, `3 days, 04:05:06`, ISO 8601's `P3DT4H`, `1 year -2 days
// 03:04:05.6`. False for anything else.
bool ParseInterval(absl::string_view text, Interval* interval);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_INTERVAL_TEXT_H_
