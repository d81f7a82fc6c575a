// What a field of integers holds of a column's 64 bits, signed.
#ifndef MODELSERVICE_SCHEMA_FIELD_RANGE_H_
#define MODELSERVICE_SCHEMA_FIELD_RANGE_H_

#include <cstdint>
#include <optional>

#include "modelservice/schema/table.h"

namespace modelservice {

struct FieldRange {
  int64_t least;
  int64_t most;
};

// None of other fields, enums and truth among them. What uint64 has beyond
// int64 is not stored.
std::optional<FieldRange> RangeOf(FieldType type);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_FIELD_RANGE_H_
