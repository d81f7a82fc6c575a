#include "modelservice/orm/choice.h"

#include "absl/strings/str_cat.h"

namespace modelservice {

const google::protobuf::EnumValueDescriptor* FindChoice(
    const google::protobuf::EnumDescriptor& type, Value value) {
  return value.kind() == Value::Kind::kText
             ? type.FindValueByName(std::string(value.text()))
             : type.FindValueByNumber(static_cast<int>(value.integer()));
}

std::string NoChoice(absl::string_view value) {
  return absl::StrCat("\"", value, "\" is not a valid choice.");
}

}  // namespace modelservice
