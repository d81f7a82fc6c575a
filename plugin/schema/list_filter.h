// Fields of a request that say by an option what they filter by.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_LIST_FILTER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_LIST_FILTER_H_

#include <string>

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// `filter` is the option of `field`: adds what it says to `method`, or reports
// what is wrong with it.
void BindFilter(const Model& model, const std::string& element,
                const MessageField& field, const FilterSettings& filter,
                Method& method, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_LIST_FILTER_H_
