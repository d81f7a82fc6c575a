// Reads an annotated message into a Model.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_MODEL_LOADER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_MODEL_LOADER_H_

#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>

#include "plugin/diagnostics.h"
#include "plugin/schema/message_traits.h"
#include "plugin/schema/model_finder.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Everything but the references, which may name models that come later.
std::unique_ptr<Model> LoadModel(const google::protobuf::Descriptor& message,
                                 const FileSettings& file,
                                 MessageTraits& traits,
                                 Diagnostics& diagnostics);

// Fills in the references of `model`; `finder` is of its file.
void LoadReferences(ModelFinder& finder, Model& model,
                    Diagnostics& diagnostics);

// And its foreign keys of several fields, behind those.
void LoadForeignKeys(ModelFinder& finder, Model& model,
                     Diagnostics& diagnostics);

// Finds what fills the fields of `model` that have no column; the references of
// the file's models are there. `finder` is of its file.
void LoadRelations(ModelFinder& finder, Model& model, Diagnostics& diagnostics);

// The name of a table for a message: OrderLine -> order_line, order_lines.
std::string TableName(const std::string& message, const FileSettings& file);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_MODEL_LOADER_H_
