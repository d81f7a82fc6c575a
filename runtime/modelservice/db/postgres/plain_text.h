// Text forms of the server's types: of binary ones that are text to everybody
// else, of numbers, and of intervals with their arithmetic.
#ifndef MODELSERVICE_DB_POSTGRES_PLAIN_TEXT_H_
#define MODELSERVICE_DB_POSTGRES_PLAIN_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice::postgres {

// These append to `text`, in PostgreSQL's own words with DateStyle=ISO; false
// for bytes that are no such value.
bool WriteNumeric(absl::string_view bytes, std::string* text);
bool WriteDate(absl::string_view bytes, std::string* text);
bool WriteTimeOfDay(absl::string_view bytes, std::string* text);
bool WriteUuid(absl::string_view bytes, std::string* text);

// Appends the shortest digits that read back as the same number, or NaN,
// Infinity or -Infinity.
void AppendShortest(float real, std::string* text);
void AppendShortest(double real, std::string* text);

// The whole as microseconds: a day has 24 hours, a month 30 days. False when
// that is too much for 64 bits.
bool IntervalMicros(int64_t micros, int64_t days, int64_t months,
                    int64_t* total);

// Reads what IntervalStyle=postgres writes: `1 year -2 days 03:04:05.6`.
bool ParseInterval(absl::string_view text, int64_t* total);

// Appends `-26:03:04.050000`: hours past a day stay hours.
void AppendInterval(int64_t micros, std::string* text);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_PLAIN_TEXT_H_
