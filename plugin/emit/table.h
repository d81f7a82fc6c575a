// The constants that describe a model's table.
#ifndef MODELSERVICE_PLUGIN_EMIT_TABLE_H_
#define MODELSERVICE_PLUGIN_EMIT_TABLE_H_

#include <string>

#include "plugin/emit/naming.h"
#include "plugin/emit/printer.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Emits the table's columns, key, order, indexes and checks, and the table.
// Returns the name of the Table constant. `file` is the model's.
std::string EmitTable(const File& file, const Model& model, UniqueNames& names,
                      Printer& out);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_TABLE_H_
