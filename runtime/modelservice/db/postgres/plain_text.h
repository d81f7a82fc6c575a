// Text forms of the server's types: of binary ones that are text to everybody
// else, and of numbers.
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
// But an interval as schema/interval_text.h does.
bool WriteInterval(absl::string_view bytes, std::string* text);

// Appends the shortest digits that read back as the same number, or NaN,
// Infinity or -Infinity.
void AppendShortest(float real, std::string* text);
void AppendShortest(double real, std::string* text);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_PLAIN_TEXT_H_
