// Whether the C++ names of what will be generated are free and can be written.
#ifndef MODELSERVICE_PLUGIN_EMIT_NAME_CHECK_H_
#define MODELSERVICE_PLUGIN_EMIT_NAME_CHECK_H_

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// `clients`: whether clients are generated, too.
void CheckNames(const Schema& schema, bool clients, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_NAME_CHECK_H_
