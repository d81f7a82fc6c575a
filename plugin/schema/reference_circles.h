// Tables that wait for each other's first row.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_REFERENCE_CIRCLES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_REFERENCE_CIRCLES_H_

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Reports each circle of references that are NOT NULL: a row is written by
// itself and its references are checked at once, so that none of the circle's
// tables ever gets its first row. A row may refer to itself; notes where its
// key is not known before it is written. Linear in the number of references,
// but for the circles.
void CheckCircles(const File& file, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_REFERENCE_CIRCLES_H_
