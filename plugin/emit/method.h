// The constants that describe a service's methods.
#ifndef MODELSERVICE_PLUGIN_EMIT_METHOD_H_
#define MODELSERVICE_PLUGIN_EMIT_METHOD_H_

#include <string>

#include "plugin/emit/naming.h"
#include "plugin/emit/printer.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Emits them and returns an expression for the list: a constant's name, or {}
// without methods.
std::string EmitMethods(const Service& service, UniqueNames& names,
                        Printer& out);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_METHOD_H_
