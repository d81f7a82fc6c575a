// The C++ of one service: the handler class in the header; its methods'
// descriptions and the default behaviour in the source.
#ifndef MODELSERVICE_PLUGIN_EMIT_SERVICE_H_
#define MODELSERVICE_PLUGIN_EMIT_SERVICE_H_

#include <string>

#include "plugin/emit/naming.h"
#include "plugin/emit/printer.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// class CustomerServiceBase.
void EmitServiceClass(const Service& service, Printer& out);

// The constants behind CustomerServiceBase::Service(), for the source's
// unnamed namespace. Returns the name of the Service constant.
std::string EmitServiceTable(const Service& service, UniqueNames& names,
                             Printer& out);

// The members of CustomerServiceBase; `constant` is what
// EmitServiceTable returned.
void EmitServiceMembers(const Service& service, const std::string& constant,
                        Printer& out);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_SERVICE_H_
