// What Lists filter and sort by, and no index helps to find (strict_index).
#ifndef MODELSERVICE_PLUGIN_SCHEMA_INDEX_RULES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_INDEX_RULES_H_

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Names each field that is `filterable: true` or `sortable: true`, or that a
// field of a List's or an Aggregate's request compares in a way that an index
// helps, and with which neither the key nor an index begins: as notes, or,
// where it is `strict`, as faults.
void CheckIndexed(const Schema& schema, bool strict, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_INDEX_RULES_H_
