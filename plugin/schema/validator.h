// Whether what the files describe makes sense.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_VALIDATOR_H_
#define MODELSERVICE_PLUGIN_SCHEMA_VALIDATOR_H_

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Checks the files to generate: each field, each model, and what they share
// with each other and with what they import. `target` is for the files that
// name no dialect themselves.
void Validate(const Schema& schema, Target target, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_VALIDATOR_H_
