// A value of a row as one of C++. False where it is none of that type, or past
// its range; NULL is none of any.
#ifndef MODELSERVICE_DB_READ_VALUE_H_
#define MODELSERVICE_DB_READ_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "modelservice/value.h"

namespace modelservice {

bool ReadValue(Value value, bool* out);
bool ReadValue(Value value, int32_t* out);
bool ReadValue(Value value, uint32_t* out);
bool ReadValue(Value value, int64_t* out);
bool ReadValue(Value value, uint64_t* out);
bool ReadValue(Value value, float* out);
bool ReadValue(Value value, double* out);
// Also of bytes, and of numbers: their digits.
bool ReadValue(Value value, std::string* out);
bool ReadValue(Value value, absl::Time* out);
// Of microseconds.
bool ReadValue(Value value, absl::Duration* out);

// OUT_OF_RANGE for a number, INTERNAL for others: value `place` of a row, from
// 0, is not what was asked for.
absl::Status WrongValue(size_t place, Value value);
// INVALID_ARGUMENT: a row has not as many values as were asked for.
absl::Status WrongWidth(size_t values, size_t asked_for);

// The same, where NULL is std::nullopt.
template <class T>
bool ReadOptional(Value value, T* out) {
  return ReadValue(value, out);
}
template <class T>
bool ReadOptional(Value value, std::optional<T>* out) {
  if (value.is_null()) {
    out->reset();
    return true;
  }
  return ReadOptional(value, &out->emplace());
}

namespace internal {

template <class Tuple, class Read, size_t... kPlaces>
absl::Status ReadPlaces(Row row, Tuple* tuple, Read read,
                        std::index_sequence<kPlaces...>) {
  size_t right = 0;
  const bool all =
      ((read(row[kPlaces], &std::get<kPlaces>(*tuple)) && (++right, true)) &&
       ...);
  return all ? absl::OkStatus() : WrongValue(right, row[right]);
}

}  // namespace internal

// A row as a tuple, each value by `read(value, &part)`.
template <class Read, class... Parts>
absl::Status ReadTuple(Row row, std::tuple<Parts...>* tuple, Read read) {
  if (row.size() != sizeof...(Parts)) {
    return WrongWidth(row.size(), sizeof...(Parts));
  }
  return internal::ReadPlaces(row, tuple, read,
                              std::index_sequence_for<Parts...>());
}

}  // namespace modelservice

#endif  // MODELSERVICE_DB_READ_VALUE_H_
