// Whether the databases take the names of a model's table and what belongs to
// it, and as many columns as it has.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_IDENTIFIER_RULES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_IDENTIFIER_RULES_H_

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

void CheckIdentifiers(const Model& model, Target target,
                      Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_IDENTIFIER_RULES_H_
