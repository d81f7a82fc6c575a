// The .proto file of services that models lack, to commit and to change.
#ifndef MODELSERVICE_PLUGIN_EMIT_SERVICE_PROTO_H_
#define MODELSERVICE_PLUGIN_EMIT_SERVICE_PROTO_H_

#include <string>

#include "plugin/emit/scaffold.h"

namespace modelservice::plugin {

// All of the file's text.
std::string EmitServiceProto(const ScaffoldFile& file);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_SERVICE_PROTO_H_
