// x.modelservice.pb.h and x.modelservice.pb.cc as a whole.
#ifndef MODELSERVICE_PLUGIN_EMIT_FILE_H_
#define MODELSERVICE_PLUGIN_EMIT_FILE_H_

#include <string>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

std::string EmitHeader(const File& file);
std::string EmitSource(const File& file);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_FILE_H_
