// Reads messages and their fields: what they are, before any setting.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_FIELDS_H_
#define MODELSERVICE_PLUGIN_SCHEMA_FIELDS_H_

#include <google/protobuf/descriptor.h>

#include <string>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

MessageField ReadField(const google::protobuf::FieldDescriptor& field);

Message ReadMessage(const google::protobuf::Descriptor& message);

// The name without the package: "Outer.Inner".
std::string LocalName(const google::protobuf::FileDescriptor& file,
                      const std::string& full_name);

// The C++ class that protoc generates: "::shop::Outer_Inner".
std::string CppTypeOf(const google::protobuf::Descriptor& message);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_FIELDS_H_
