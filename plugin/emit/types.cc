#include "plugin/emit/types.h"

namespace modelservice::plugin {

std::string ColumnCppType(const Field& field) {
  if (!field.comparable()) return "::modelservice::Json";
  switch (field.type) {
    case FieldType::kBool:
      return "bool";
    case FieldType::kInt32:
    case FieldType::kSint32:
    case FieldType::kSfixed32:
      return "int32_t";
    case FieldType::kInt64:
    case FieldType::kSint64:
    case FieldType::kSfixed64:
      return "int64_t";
    case FieldType::kUint32:
    case FieldType::kFixed32:
      return "uint32_t";
    case FieldType::kUint64:
    case FieldType::kFixed64:
      return "uint64_t";
    case FieldType::kFloat:
      return "float";
    case FieldType::kDouble:
      return "double";
    case FieldType::kString:
      return "::std::string";
    case FieldType::kBytes:
      return "::modelservice::Bytes";
    case FieldType::kEnum:
      return field.enum_cpp_type;
    case FieldType::kTimestamp:
      return "::absl::Time";
    case FieldType::kDuration:
      return "::absl::Duration";
    case FieldType::kMessage:
      break;
  }
  return "::modelservice::Json";
}

std::string FieldTypeName(FieldType type) {
  switch (type) {
    case FieldType::kBool:
      return "kBool";
    case FieldType::kInt32:
      return "kInt32";
    case FieldType::kSint32:
      return "kSint32";
    case FieldType::kSfixed32:
      return "kSfixed32";
    case FieldType::kInt64:
      return "kInt64";
    case FieldType::kSint64:
      return "kSint64";
    case FieldType::kSfixed64:
      return "kSfixed64";
    case FieldType::kUint32:
      return "kUint32";
    case FieldType::kFixed32:
      return "kFixed32";
    case FieldType::kUint64:
      return "kUint64";
    case FieldType::kFixed64:
      return "kFixed64";
    case FieldType::kFloat:
      return "kFloat";
    case FieldType::kDouble:
      return "kDouble";
    case FieldType::kString:
      return "kString";
    case FieldType::kBytes:
      return "kBytes";
    case FieldType::kEnum:
      return "kEnum";
    case FieldType::kTimestamp:
      return "kTimestamp";
    case FieldType::kDuration:
      return "kDuration";
    case FieldType::kMessage:
      return "kMessage";
  }
  return "kMessage";
}

}  // namespace modelservice::plugin
