// How the server sends the commonest types in binary form, read inline. See
// values.h for what they become; all are false for bytes of another size.
#ifndef MODELSERVICE_DB_POSTGRES_BINARY_FORM_H_
#define MODELSERVICE_DB_POSTGRES_BINARY_FORM_H_

#include <cstdint>
#include <limits>

#include "absl/strings/string_view.h"
#include "modelservice/db/postgres/big_endian.h"
#include "modelservice/value.h"

namespace modelservice::postgres {

// 2000-01-01 00:00:00, which the server counts time from.
constexpr int64_t kPostgresEpoch = 946684800;

inline bool ReadBool(absl::string_view bytes, Value* value) {
  if (bytes.size() != 1) return false;
  *value = Value::Integer(bytes[0] != 0 ? 1 : 0);
  return true;
}

template <class Int>
bool ReadInteger(absl::string_view bytes, Value* value) {
  if (bytes.size() != sizeof(Int)) return false;
  *value = Value::Integer(LoadBig<Int>(bytes.data()));
  return true;
}

template <class Float, class Bits>
bool ReadReal(absl::string_view bytes, Value* value) {
  if (bytes.size() != sizeof(Float)) return false;
  *value = Value::Real(BitsAs<Float>(LoadBig<Bits>(bytes.data())));
  return true;
}

inline bool ReadTime(absl::string_view bytes, Value* value) {
  if (bytes.size() != sizeof(int64_t)) return false;
  const int64_t micros = LoadBig<int64_t>(bytes.data());
  if (micros == std::numeric_limits<int64_t>::max()) {
    *value = Value::Text("infinity");
  } else if (micros == std::numeric_limits<int64_t>::min()) {
    *value = Value::Text("-infinity");
  } else {
    int64_t seconds = micros / 1000000;
    int64_t rest = micros % 1000000;
    if (rest < 0) {
      rest += 1000000;
      --seconds;
    }
    *value = Value::Timestamp(seconds + kPostgresEpoch,
                              static_cast<int32_t>(rest * 1000));
  }
  return true;
}

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_BINARY_FORM_H_
