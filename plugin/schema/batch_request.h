// The request of a method that does several at once: a list of requests, of the
// model's messages, or of keys.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_BATCH_REQUEST_H_
#define MODELSERVICE_PLUGIN_SCHEMA_BATCH_REQUEST_H_

#include <string>

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Fills request_fields and item_fields of a BATCH_* method.
void BindBatchRequest(const Model& model, const std::string& element,
                      Method& method, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_BATCH_REQUEST_H_
