// Timestamps as text, as Django and SQLite write them:
// `YYYY-MM-DD HH:MM:SS[.ffffff]`, UTC.
#ifndef MODELSERVICE_SCHEMA_TIMESTAMP_TEXT_H_
#define MODELSERVICE_SCHEMA_TIMESTAMP_TEXT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// The years 1 to 9999, those of google.protobuf.Timestamp.
constexpr int64_t kMinTimestampSeconds = -62135596800;
constexpr int64_t kMaxTimestampSeconds = 253402300799;

// "2024-02-29 13:14:15.123456789"
using TimestampText = std::array<char, 29>;

// Writes `seconds` since the Unix epoch into `text` and returns its length: six
// digits of fraction only when there is one, and nine only when six would lose
// something, so that texts compare as the times do. 0 outside of the years 1 to
// 9999, or when `nanos` is not from 0 to 999,999,999.
size_t WriteTimestamp(int64_t seconds, int32_t nanos, TimestampText* text);

// The same as a string, empty for 0.
std::string FormatTimestamp(int64_t seconds, int32_t nanos);

// Reads what FormatTimestamp writes and its kin: `T` for the space, one to nine
// digits of fraction, a zone (`Z`, `+01:00`, `-0530`), no seconds, a date
// alone. False for anything else.
bool ParseTimestamp(absl::string_view text, int64_t* seconds, int32_t* nanos);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_TIMESTAMP_TEXT_H_
