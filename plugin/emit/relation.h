// The C++ of what fills fields without a column.
#ifndef MODELSERVICE_PLUGIN_EMIT_RELATION_H_
#define MODELSERVICE_PLUGIN_EMIT_RELATION_H_

#include <string>

#include "plugin/emit/naming.h"
#include "plugin/emit/printer.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// The ways through tables in between, as members of the model's class and of
// its columns on ways: `from` is their beginning.
void EmitThroughRows(const Model& model, absl::string_view from, Printer& out);

// Which field each way fills: specialisations of kFilledField, which belong
// into namespace modelservice.
void EmitFilledFields(const Model& model, Printer& out);

// The constant of the model's RelatedFields. Returns its name; none: "".
std::string EmitRelatedFields(const Model& model, UniqueNames& names,
                              Printer& out);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_RELATION_H_
