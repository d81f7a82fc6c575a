// Whether the C++ names of what will be generated are free and can be written.
#ifndef MODELSERVICE_PLUGIN_EMIT_NAME_CHECK_H_
#define MODELSERVICE_PLUGIN_EMIT_NAME_CHECK_H_

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

void CheckNames(const Schema& schema, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_NAME_CHECK_H_
