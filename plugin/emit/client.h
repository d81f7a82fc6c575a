// The classes that call a file's services: x.modelservice.client.pb.h and .cc.
#ifndef MODELSERVICE_PLUGIN_EMIT_CLIENT_H_
#define MODELSERVICE_PLUGIN_EMIT_CLIENT_H_

#include <string>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

std::string EmitClientHeader(const File& file);
std::string EmitClientSource(const File& file);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_CLIENT_H_
