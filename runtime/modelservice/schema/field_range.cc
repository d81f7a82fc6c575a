#include "modelservice/schema/field_range.h"

#include <limits>

namespace modelservice {

std::optional<FieldRange> RangeOf(FieldType type) {
  switch (type) {
    case FieldType::kInt32:
    case FieldType::kSint32:
    case FieldType::kSfixed32:
      return FieldRange{std::numeric_limits<int32_t>::min(),
                        std::numeric_limits<int32_t>::max()};
    case FieldType::kUint32:
    case FieldType::kFixed32:
      return FieldRange{std::numeric_limits<uint32_t>::min(),
                        std::numeric_limits<uint32_t>::max()};
    case FieldType::kInt64:
    case FieldType::kSint64:
    case FieldType::kSfixed64:
      return FieldRange{std::numeric_limits<int64_t>::min(),
                        std::numeric_limits<int64_t>::max()};
    case FieldType::kUint64:
    case FieldType::kFixed64:
      return FieldRange{0, std::numeric_limits<int64_t>::max()};
    default:
      return std::nullopt;
  }
}

}  // namespace modelservice
