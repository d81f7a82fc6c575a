// The reply of an AGGREGATE: what each field of its groups is, by its name.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_AGGREGATE_REPLY_H_
#define MODELSERVICE_PLUGIN_SCHEMA_AGGREGATE_REPLY_H_

#include <string>

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Fills rows_field and group_fields of `method`.
void BindAggregateReply(const Model& model, const std::string& element,
                        Method& method, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_AGGREGATE_REPLY_H_
