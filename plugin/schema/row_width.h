// How much room a row takes at least.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_ROW_WIDTH_H_
#define MODELSERVICE_PLUGIN_SCHEMA_ROW_WIDTH_H_

#include <cstddef>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// PostgreSQL's MaxHeapTupleSize: a row fits into one page, but for what is long
// enough to be stored apart.
constexpr size_t kMaxRowBytes = 8160;

// The bytes of the smallest row on PostgreSQL, whose optional fields are all
// absent, and texts and lists empty.
size_t SmallestRow(const Model& model);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_ROW_WIDTH_H_
