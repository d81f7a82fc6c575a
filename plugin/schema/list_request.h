// What each field of List's request means.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_LIST_REQUEST_H_
#define MODELSERVICE_PLUGIN_SCHEMA_LIST_REQUEST_H_

#include <string>

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

void BindListRequest(const Model& model, const std::string& element,
                     Method& method, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_LIST_REQUEST_H_
