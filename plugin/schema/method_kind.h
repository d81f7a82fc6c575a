// Which standard method a method is, by its option or by its name.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_METHOD_KIND_H_
#define MODELSERVICE_PLUGIN_SCHEMA_METHOD_KIND_H_

#include <string>

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// `model` is the service's, or null; then every method is custom. `element`
// names the method in diagnostics.
MethodKind FindKind(const Method& method, const Model* model,
                    const std::string& element, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_METHOD_KIND_H_
