// What protoc's own C++ generator and grpc_cpp_plugin can write: a name that
// they make no C++ of is refused, for generated code would not compile.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_CPP_RULES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_CPP_RULES_H_

#include <google/protobuf/descriptor.h>

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// For a file with models or services, which is loaded: its options, its
// package, its names.
void CheckCpp(const google::protobuf::FileDescriptor& file, const File& loaded,
              Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_CPP_RULES_H_
