// Numbers in the byte order of the wire.
#ifndef MODELSERVICE_DB_POSTGRES_BIG_ENDIAN_H_
#define MODELSERVICE_DB_POSTGRES_BIG_ENDIAN_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace modelservice::postgres {

template <class Int>
Int LoadBig(const char* bytes) {
  using Unsigned = std::make_unsigned_t<Int>;
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(Int); ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return static_cast<Int>(static_cast<Unsigned>(value));
}

template <class Int>
void StoreBig(Int number, char* bytes) {
  auto value = static_cast<std::make_unsigned_t<Int>>(number);
  for (size_t i = sizeof(Int); i-- > 0;) {
    bytes[i] = static_cast<char>(value & 0xff);
    value = static_cast<decltype(value)>(value >> 4 >> 4);
  }
}

template <class To, class From>
To BitsAs(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof(to));
  return to;
}

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_BIG_ENDIAN_H_
