// What the reply of a standard method carries.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_STANDARD_REPLY_H_
#define MODELSERVICE_PLUGIN_SCHEMA_STANDARD_REPLY_H_

#include <string>

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Comes after BindRequest: a page_token needs a reply that carries tokens.
void BindReply(const Model& model, const std::string& element, Method& method,
               Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_STANDARD_REPLY_H_
