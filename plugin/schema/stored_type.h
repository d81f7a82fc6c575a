// The SQL types that columns get, as far as two of them can be compared.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_STORED_TYPE_H_
#define MODELSERVICE_PLUGIN_SCHEMA_STORED_TYPE_H_

#include <string>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// The type of the field's column on PostgreSQL, which tells more types apart
// than SQLite does.
std::string StoredAs(const Field& field);

// Whether the types of both columns allow a foreign key from one to the other:
// UUID and TEXT are two types, INTEGER and BIGINT are one. Of a type that is
// not the database's own nothing is known.
bool CanReferTo(const Field& field, const Field& target);

// Whether a `type` is that of this name, by whichever of its names it is
// called.
bool IsTypeOf(const std::string& type, const std::string& name);

// Whether a `type` stands for a sequence of PostgreSQL and its DEFAULT, too.
bool IsSerial(const std::string& type);

// Whether PostgreSQL numbers a key of this `type`.
bool CanBeNumbered(const std::string& type);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_STORED_TYPE_H_
