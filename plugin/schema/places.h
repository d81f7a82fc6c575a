// Where descriptors and their options were written, and the comments there.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_PLACES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_PLACES_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// The path of a descriptor in its FileDescriptorProto.
std::vector<int> PathOf(const google::protobuf::FileDescriptor& file);
std::vector<int> PathOf(const google::protobuf::Descriptor& message);
std::vector<int> PathOf(const google::protobuf::FieldDescriptor& field);
std::vector<int> PathOf(const google::protobuf::OneofDescriptor& oneof);
std::vector<int> PathOf(const google::protobuf::EnumDescriptor& type);
std::vector<int> PathOf(const google::protobuf::EnumValueDescriptor& value);
std::vector<int> PathOf(const google::protobuf::ServiceDescriptor& service);
std::vector<int> PathOf(const google::protobuf::MethodDescriptor& method);

// The place of what is at `path` in `file`, or of the nearest thing around it.
Place PlaceOf(const google::protobuf::FileDescriptor& file,
              std::vector<int> path);

// The places of the element at `path` and of each setting in `settings`, its
// option, which is at `option` inside the element.
Places PlacesOf(const google::protobuf::FileDescriptor& file,
                const std::vector<int>& path, const std::vector<int>& option,
                const google::protobuf::Message& settings);

// The comment in front of what is at `path`, else the one behind it.
std::string CommentOf(const google::protobuf::FileDescriptor& file,
                      const std::vector<int>& path);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_PLACES_H_
