// Which SQL the options of a model may hold.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_SQL_RULES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_SQL_RULES_H_

#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Reports each type that is no type alone, and each check or condition that is
// no expression alone. Whether a database takes them is another question, but
// for types that are for PostgreSQL alone: those are asked of nobody else.
void CheckSqlTexts(const Model& model, Target target, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_SQL_RULES_H_
