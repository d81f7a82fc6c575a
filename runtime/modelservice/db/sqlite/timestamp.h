// Timestamps as Django writes them into SQLite.
#ifndef MODELSERVICE_DB_SQLITE_TIMESTAMP_H_
#define MODELSERVICE_DB_SQLITE_TIMESTAMP_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace modelservice::sqlite {

// "2024-02-29 13:14:15.123456789"
using TimestampText = std::array<char, 29>;

// Writes `YYYY-MM-DD HH:MM:SS` in UTC, with six digits of fraction only when
// there is one and nine only when six would lose something, so that texts
// compare as the times do. Returns the length; 0 when the year is not from 1 to
// 9999 or `nanos` not from 0 to 999,999,999.
size_t WriteTimestamp(int64_t seconds, int32_t nanos, TimestampText* text);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_TIMESTAMP_H_
