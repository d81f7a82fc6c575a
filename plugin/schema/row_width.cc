#include "plugin/schema/row_width.h"

#include "plugin/schema/type_families.h"

namespace modelservice::plugin {
namespace {

struct Width {
  size_t bytes;
  size_t alignment = 1;
};

// The smallest value of a column, with the byte that tells a short one's
// length.
Width WidthOf(const Field& field) {
  if (field.settings.has_type()) return {1};
  switch (field.spec().storage) {
    case Storage::kJson:
      return {5};
    case Storage::kArray:
      return {13};
    case Storage::kBytes:
    case Storage::kName:
      return {1};
    case Storage::kNative:
      break;
  }
  if (field.spec().format == Format::kUuid) return {16};
  if (field.spec().format == Format::kDecimal) return {3};
  if (IsLong(field.type)) return {8, 8};
  switch (field.type) {
    case FieldType::kBool:
    case FieldType::kString:
    case FieldType::kBytes:
    case FieldType::kMessage:
      return {1};
    case FieldType::kDuration:
      return {16, 8};
    // An unsigned one is a BIGINT.
    case FieldType::kUint32:
    case FieldType::kFixed32:
    case FieldType::kDouble:
    case FieldType::kTimestamp:
      return {8, 8};
    default:
      return {4, 4};
  }
}

size_t Aligned(size_t bytes, size_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

}  // namespace

size_t SmallestRow(const Model& model) {
  constexpr size_t kHeader = 23;
  size_t header = kHeader;
  size_t bytes = 0;
  for (const Field& field : model.columns) {
    if (field.column->nullable) {
      // Absent fields are marked by a bit for each column.
      header = kHeader + (model.columns.size() + 7) / 8;
      continue;
    }
    const Width width = WidthOf(field);
    bytes = Aligned(bytes, width.alignment) + width.bytes;
  }
  return Aligned(Aligned(header, 8) + bytes, 8);
}

}  // namespace modelservice::plugin
