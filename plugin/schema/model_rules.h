// The rules that a model keeps as a whole.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_MODEL_RULES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_MODEL_RULES_H_

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

void CheckModel(const Model& model, Diagnostics& diagnostics);

// What renamed_from says: of its fields, and of a file's models.
void CheckFieldsRenamed(const Model& model, Diagnostics& diagnostics);
void CheckModelsRenamed(const File& file, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_MODEL_RULES_H_
