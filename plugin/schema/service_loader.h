// Reads annotated services and their methods.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_SERVICE_LOADER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_SERVICE_LOADER_H_

#include <google/protobuf/descriptor.h>

#include "plugin/diagnostics.h"
#include "plugin/schema/model_finder.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Whether the service or one of its methods carries an option of ours, or its
// file one for all of its services.
bool IsAnnotated(const google::protobuf::ServiceDescriptor& service,
                 const FileSettings& file);

// `file` and `finder` are of the service's file.
Service LoadService(const google::protobuf::ServiceDescriptor& service,
                    const File& file, ModelFinder& finder,
                    Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_SERVICE_LOADER_H_
