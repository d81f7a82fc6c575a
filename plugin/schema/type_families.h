// Which field types hold the same kind of value.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_TYPE_FAMILIES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_TYPE_FAMILIES_H_

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

bool IsInteger(FieldType type);
bool IsSigned(FieldType type);
// Whether an integer type has 64 bits.
bool IsLong(FieldType type);
bool IsFloating(FieldType type);

// Whether both fields hold one value of one kind: any two integers, any two
// floating-point numbers, the same enum, a scalar and its wrapper.
bool SameFamily(const MessageField& a, const MessageField& b);

// Whether one field can carry any value of the other: the same type, with or
// without presence, or its wrapper.
bool SameType(const MessageField& a, const MessageField& b);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_TYPE_FAMILIES_H_
