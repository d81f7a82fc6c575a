// gRPC's side of a service: a class over grpc_cpp_plugin's raw callback service
// that hands every call to the runtime.
#ifndef MODELSERVICE_PLUGIN_EMIT_ADAPTER_H_
#define MODELSERVICE_PLUGIN_EMIT_ADAPTER_H_

#include <string>

#include "plugin/emit/naming.h"
#include "plugin/emit/printer.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Emits the class and the function that makes one; returns the function's name.
// A service without methods needs no class of its own.
std::string EmitAdapter(const File& file, const Service& service,
                        UniqueNames& names, Printer& out);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_ADAPTER_H_
