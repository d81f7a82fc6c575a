// Numbers in the byte order of the wire.
#ifndef MODELSERVICE_DB_POSTGRES_BIG_ENDIAN_H_
#define MODELSERVICE_DB_POSTGRES_BIG_ENDIAN_H_

#include <endian.h>

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace modelservice::postgres {

// To the wire's byte order and back.
inline uint8_t Swap(uint8_t number) { return number; }
inline uint16_t Swap(uint16_t number) { return htobe16(number); }
inline uint32_t Swap(uint32_t number) { return htobe32(number); }
inline uint64_t Swap(uint64_t number) { return htobe64(number); }

template <class Int>
Int LoadBig(const char* bytes) {
  std::make_unsigned_t<Int> number;
  std::memcpy(&number, bytes, sizeof(number));
  return static_cast<Int>(Swap(number));
}

template <class Int>
void StoreBig(Int number, char* bytes) {
  const auto swapped = Swap(static_cast<std::make_unsigned_t<Int>>(number));
  std::memcpy(bytes, &swapped, sizeof(swapped));
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
