#include "plugin/schema/type_families.h"

#include "modelservice/schema/field_range.h"

namespace modelservice::plugin {

bool IsInteger(FieldType type) { return RangeOf(type).has_value(); }

bool IsSigned(FieldType type) {
  const auto range = RangeOf(type);
  return range.has_value() && range->least < 0;
}

bool IsLong(FieldType type) {
  switch (type) {
    case FieldType::kInt64:
    case FieldType::kSint64:
    case FieldType::kSfixed64:
    case FieldType::kUint64:
    case FieldType::kFixed64:
      return true;
    default:
      return false;
  }
}

bool IsFloating(FieldType type) {
  return type == FieldType::kFloat || type == FieldType::kDouble;
}

bool SameFamily(const MessageField& a, const MessageField& b) {
  if (a.repeated || b.repeated) return false;
  if (IsInteger(a.type)) return IsInteger(b.type);
  if (IsFloating(a.type)) return IsFloating(b.type);
  if (a.type != b.type) return false;
  if (a.type == FieldType::kEnum || a.type == FieldType::kMessage) {
    return a.type_name == b.type_name;
  }
  return true;
}

bool SameType(const MessageField& a, const MessageField& b) {
  if (a.repeated != b.repeated || a.map != b.map) return false;
  if (a.type_name == b.type_name) return true;
  // There is one wrapper for all spellings of an integer.
  if (a.repeated || a.wrapper == b.wrapper) return false;
  if (IsInteger(a.type)) {
    return IsInteger(b.type) && IsSigned(a.type) == IsSigned(b.type) &&
           IsLong(a.type) == IsLong(b.type);
  }
  return a.type == b.type;
}

}  // namespace modelservice::plugin
