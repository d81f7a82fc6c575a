// The SQL of a file's models.
#ifndef MODELSERVICE_PLUGIN_EMIT_SQL_H_
#define MODELSERVICE_PLUGIN_EMIT_SQL_H_

#include <string>

#include "modelservice/sql/dialect.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// x.sql: the DDL of every model in the file.
std::string EmitSql(const File& file, const Dialect& dialect);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_SQL_H_
