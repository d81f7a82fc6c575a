// Whether a database takes the SQL of the models: what cannot run never leaves
// protoc.
#ifndef MODELSERVICE_PLUGIN_EMIT_SQL_CHECK_H_
#define MODELSERVICE_PLUGIN_EMIT_SQL_CHECK_H_

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Runs the DDL of each model on an in-memory SQLite of its own and prepares
// there every statement that the standard methods always use. The schema must
// have been found right otherwise. Files that are for PostgreSQL, as they say
// themselves or else as `target` does, are left out.
void CheckSql(const Schema& schema, Target target, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_SQL_CHECK_H_
