// The values that an enum has, by number or by name, as columns hold them.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_ORM_CHOICE_H_
#define MODELSERVICE_ORM_CHOICE_H_

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/value.h"

namespace modelservice {

// The one that an integer, or a text, is; null where the enum has none.
const google::protobuf::EnumValueDescriptor* FindChoice(
    const google::protobuf::EnumDescriptor& type, Value value);

// Django REST framework's words for what is none.
std::string NoChoice(absl::string_view value);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_CHOICE_H_
