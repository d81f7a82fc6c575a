// Fields of a request that say how a method is to do its work, by their names:
// validate_only, allow_missing, request_id, read_mask.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_REQUEST_OPTIONS_H_
#define MODELSERVICE_PLUGIN_SCHEMA_REQUEST_OPTIONS_H_

#include <string>

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Whether the field is named like one that methods of this kind may have; then
// it is one of `method`, or what is wrong with it is reported.
bool BindOption(const Model& model, const std::string& element,
                const MessageField& field, Method& method,
                Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_REQUEST_OPTIONS_H_
