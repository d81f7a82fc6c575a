// Timestamps as text, as Django and SQLite write them:
// `YYYY-MM-DD HH:MM:SS[.ffffff]`, UTC.
#ifndef MODELSERVICE_SCHEMA_TIMESTAMP_TEXT_H_
#define MODELSERVICE_SCHEMA_TIMESTAMP_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// No fraction for a whole second, six digits else, nine where microseconds
// would lose something. `seconds` since the Unix epoch.
std::string FormatTimestamp(int64_t seconds, int32_t nanos);

// Reads what FormatTimestamp writes and its kin: `T` for the space, one to nine
// digits of fraction, a zone (`Z`, `+01:00`, `-0530`), a date alone. False for
// anything else.
bool ParseTimestamp(absl::string_view text, int64_t* seconds, int32_t* nanos);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_TIMESTAMP_TEXT_H_
