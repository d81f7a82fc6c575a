#include "modelservice/orm/made_values.h"

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "modelservice/base/openssl.h"
#include "modelservice/schema/uuid_text.h"

namespace modelservice {
namespace {

constexpr size_t kBytes = 16;

std::string RandomBytes() {
  std::string bytes(kBytes, '\0');
  FillRandomly(reinterpret_cast<unsigned char*>(&bytes[0]), bytes.size());
  return bytes;
}

// Milliseconds, and 12 bits of their fractions (RFC 9562, 6.2, method 3), later
// than any before.
uint64_t NextTime(absl::Time now) {
  static std::atomic<uint64_t> last{0};
  const int64_t nanos = absl::ToUnixNanos(now);
  const uint64_t millis = static_cast<uint64_t>(nanos / 1000000);
  const uint64_t fraction =
      static_cast<uint64_t>(nanos % 1000000) * 4096 / 1000000;
  uint64_t before = last.load(std::memory_order_relaxed);
  uint64_t next = 0;
  do {
    next = std::max(before + 1, (millis << 12) | fraction);
  } while (!last.compare_exchange_weak(before, next));
  return next;
}

}  // namespace

std::string NewEtag() { return absl::BytesToHexString(RandomBytes()); }

std::string NewUuid(MadeKey kind, absl::Time now) {
  std::string bytes = RandomBytes();
  const auto set = [&](size_t at, uint64_t value) {
    bytes[at] = static_cast<char>(static_cast<unsigned char>(value & 0xff));
  };
  const auto at = [&](size_t i) {
    return static_cast<uint64_t>(static_cast<unsigned char>(bytes[i]));
  };
  uint64_t version = 4;
  if (kind == MadeKey::kUuidV7) {
    version = 7;
    const uint64_t time = NextTime(now);
    for (size_t i = 0; i < 6; ++i) set(i, time >> (12 + 8 * (5 - i)));
    set(6, (time >> 8) & 0xf);
    set(7, time);
  }
  set(6, (at(6) & 0x0f) | (version << 4));
  set(8, (at(8) & 0x3f) | 0x80);
  return WithHyphens(absl::BytesToHexString(bytes));
}

}  // namespace modelservice
