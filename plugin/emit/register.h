// Register<File>: the one function through which a server learns of a file.
#ifndef MODELSERVICE_PLUGIN_EMIT_REGISTER_H_
#define MODELSERVICE_PLUGIN_EMIT_REGISTER_H_

#include "plugin/emit/printer.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

void EmitRegisterDeclaration(const File& file, Printer& out);
void EmitRegisterDefinition(const File& file, Printer& out);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_REGISTER_H_
