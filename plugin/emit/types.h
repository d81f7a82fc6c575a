// The C++ of a field's type.
#ifndef MODELSERVICE_PLUGIN_EMIT_TYPES_H_
#define MODELSERVICE_PLUGIN_EMIT_TYPES_H_

#include <string>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// The type that a typed column's conditions take: "int64_t", "::absl::Time".
std::string ColumnCppType(const Field& field);

// The enumerator of the runtime's FieldType: "kInt64".
std::string FieldTypeName(FieldType type);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_TYPES_H_
