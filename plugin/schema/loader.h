// Reads files into a Schema: the way in, and with the files beside it the only
// reader of descriptors and options.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_LOADER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_LOADER_H_

#include <google/protobuf/descriptor.h>

#include <vector>

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// `files` are to be generated. What they import is read too, for its models,
// but its faults are reported only when it is itself generated. After a
// diagnostic the schema is incomplete, but may still be validated.
Schema Load(const std::vector<const google::protobuf::FileDescriptor*>& files,
            Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_LOADER_H_
