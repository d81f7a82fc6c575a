// The C++ namespace of a file, and what protoc's C++ generator puts into it.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_CPP_SCOPE_H_
#define MODELSERVICE_PLUGIN_SCHEMA_CPP_SCOPE_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

namespace modelservice::plugin {

// The parts of the namespace: {"shop", "v1"}; none without a package.
std::vector<std::string> NamespacesOf(
    const google::protobuf::FileDescriptor& file);

// The names of the classes and enums of the file's messages, enums and
// services: "Outer_Inner".
std::vector<std::string> CppNamesOf(
    const google::protobuf::FileDescriptor& file);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_CPP_SCOPE_H_
