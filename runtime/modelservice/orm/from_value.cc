#include "modelservice/orm/from_value.h"

#include <google/protobuf/descriptor.h>

#include "modelservice/orm/choice.h"

namespace modelservice::internal {

bool ReadEnum(Value value, const google::protobuf::EnumDescriptor* type,
              int* number) {
  int32_t read = 0;
  if (value.kind() == Value::Kind::kText) {
    const auto* const named = FindChoice(*type, value);
    if (named != nullptr) {
      *number = named->number();
      return true;
    }
  }
  if (!ReadValue(value, &read)) return false;
  *number = read;
  return true;
}

}  // namespace modelservice::internal
