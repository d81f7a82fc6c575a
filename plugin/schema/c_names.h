// Names that C's headers have taken before generated code is read: what protoc
// and grpc_cpp_plugin write verbatim must not be among them.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_C_NAMES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_C_NAMES_H_

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

// A macro, like EOF: no name at all for the compiler, in whatever scope.
bool IsCMacro(absl::string_view name);

// A function, type or variable, like time: taken in the global namespace.
bool IsCGlobal(absl::string_view name);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_C_NAMES_H_
