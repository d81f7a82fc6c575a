// Reads a field of a model with its settings into a Field.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_FIELD_LOADER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_FIELD_LOADER_H_

#include <google/protobuf/descriptor.h>

#include <string>

#include "plugin/diagnostics.h"
#include "plugin/schema/message_traits.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// `model` is the model's name inside its package.
Field LoadField(const google::protobuf::FieldDescriptor& field,
                const std::string& model, MessageTraits& traits,
                Diagnostics& diagnostics);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_FIELD_LOADER_H_
