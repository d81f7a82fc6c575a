// Reads a field of a model with its settings into a Field and a column.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_FIELD_LOADER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_FIELD_LOADER_H_

#include <google/protobuf/descriptor.h>

#include "plugin/diagnostics.h"
#include "plugin/schema/message_traits.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Adds the field to `model`, whose table has room for one more column: fields
// point to those that are there.
void LoadField(const google::protobuf::FieldDescriptor& field, Model& model,
               MessageTraits& traits, Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_FIELD_LOADER_H_
