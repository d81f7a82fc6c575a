#include "modelservice/db/sqlite/timestamp.h"

#include "absl/time/civil_time.h"

namespace modelservice::sqlite {
namespace {

constexpr int64_t kFirst = -62135596800;  // 0001-01-01 00:00:00
constexpr int64_t kLast = 253402300799;   // 9999-12-31 23:59:59

// Writes `value` as `width` digits.
char* AppendDigits(int64_t value, int width, char* out) {
  for (int i = width - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + width;
}

}  // namespace

size_t WriteTimestamp(int64_t seconds, int32_t nanos, TimestampText* text) {
  if (seconds < kFirst || seconds > kLast || nanos < 0 || nanos > 999999999) {
    return 0;
  }
  const absl::CivilSecond time =
      absl::CivilSecond(1970, 1, 1, 0, 0, 0) + seconds;
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

}  // namespace modelservice::sqlite
