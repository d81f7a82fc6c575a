// The constants that say what stands around a method.
#ifndef MODELSERVICE_PLUGIN_EMIT_GUARD_H_
#define MODELSERVICE_PLUGIN_EMIT_GUARD_H_

#include <string>

#include "plugin/emit/naming.h"
#include "plugin/emit/printer.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Emits them and returns the name of the runtime's Guard; emits nothing and
// returns "" for a method that nothing stands around.
std::string EmitGuard(const Service& service, const Method& method,
                      UniqueNames& names, Printer& out);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_GUARD_H_
