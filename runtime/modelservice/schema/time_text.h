// Dates and times of day as text, and times as ISO 8601 has them.
#ifndef MODELSERVICE_SCHEMA_TIME_TEXT_H_
#define MODELSERVICE_SCHEMA_TIME_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// `2024-02-29`, its month and day with one digit or two, as the ten characters.
bool ReadDate(absl::string_view text, std::string* date);

// `13:14[:15[.123456]]` as `13:14:15` or `13:14:15.123456`, which is how Django
// writes it; what is less than a microsecond is cut off. With `midnight_after`,
// `24:00:00`, which PostgreSQL has, too.
bool ReadTimeOfDay(absl::string_view text, bool midnight_after,
                   std::string* time);

// What ParseTimestamp reads, and a date as ReadDate and a time as ReadTimeOfDay
// have it between `T` or a blank, and a zone or none, which is UTC. False for
// anything else, a date alone too.
bool ReadDatetime(absl::string_view text, int64_t* seconds, int32_t* nanos);

// Whether it is one of the times and dates that PostgreSQL has beyond those of
// Timestamp, as it or IsoTimestamp writes them: `infinity`, `-infinity`, before
// Christ, and of years with more than four digits. Whether it is right in all
// else, only the server knows.
bool IsFarTime(absl::string_view text);

// The time that a text is to a field, also what no Timestamp is: `infinity` is
// the last nanosecond of all, which is none of PostgreSQL's times, and others
// beyond the years 1 to 9999 are the first second, or the last microsecond.
// False for what is no time.
bool ReadAnyTime(absl::string_view text, int64_t* seconds, int32_t* nanos);

// One of these that has a time of day, as PostgreSQL writes it in UTC -
// `0044-03-15 00:00:00+00 BC` - in IsoTimestamp's form.
std::string IsoFarTime(absl::string_view text);

// `2024-02-29T13:14:15.123456Z`, seconds since the Unix epoch; the fraction
// only where there is one. Years beyond 1 to 9999 as PostgreSQL reads them:
// `12024-01-01T00:00:00Z`, `0044-03-15T00:00:00Z BC`.
std::string IsoTimestamp(int64_t seconds, int32_t nanos);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_TIME_TEXT_H_
