// The functions that take a column's value out of a message, and put it there.
#ifndef MODELSERVICE_PLUGIN_EMIT_VALUE_H_
#define MODELSERVICE_PLUGIN_EMIT_VALUE_H_

#include <string>

#include "plugin/emit/printer.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Emits the function behind the runtime's Model::get, as `name`.
void EmitGet(const Model& model, const std::string& name, Printer& out);
// The one behind Model::set. False where the model has no column for it, and
// nothing is emitted.
bool EmitSet(const Model& model, const std::string& name, Printer& out);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_VALUE_H_
