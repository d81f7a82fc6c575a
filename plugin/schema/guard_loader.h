// Works out what stands around a method: its own settings and what it inherits.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_GUARD_LOADER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_GUARD_LOADER_H_

#include <google/protobuf/descriptor.h>

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Fills in the guard of `method`, made from `descriptor`, of `service` in
// `file`. Reports what does not fit this method; what is wrong in itself is the
// validator's.
void LoadGuard(const google::protobuf::MethodDescriptor& descriptor,
               const File& file, const Service& service, Method& method,
               Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_GUARD_LOADER_H_
