// The SQL types that columns get, as far as two of them can be compared.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_STORED_TYPE_H_
#define MODELSERVICE_PLUGIN_SCHEMA_STORED_TYPE_H_

#include <string>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// The type of the field's column on PostgreSQL, which tells more types apart
// than SQLite does.
std::string StoredAs(const Field& field);

// Whether PostgreSQL compares the columns of both, so that one can be a foreign
// key to the other: UUID and TEXT are two types, INTEGER and BIGINT are one.
bool SameStorage(const Field& a, const Field& b);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_STORED_TYPE_H_
