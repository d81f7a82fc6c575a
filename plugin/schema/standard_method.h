// What the request and the reply of a standard method mean.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_STANDARD_METHOD_H_
#define MODELSERVICE_PLUGIN_SCHEMA_STANDARD_METHOD_H_

#include <string>

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Fills in what `method`, whose kind is known, says about its request and its
// reply; reports every field that means nothing and every type that does not
// fit. `element` names the method in diagnostics.
void BindStandardMethod(const Model& model, const std::string& element,
                        Method& method, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_STANDARD_METHOD_H_
