// The C++ of one model: its class in the header, its table and its codec in the
// source.
#ifndef MODELSERVICE_PLUGIN_EMIT_MODEL_H_
#define MODELSERVICE_PLUGIN_EMIT_MODEL_H_

#include <string>

#include "plugin/emit/naming.h"
#include "plugin/emit/printer.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// struct CustomerModel.
void EmitModelClass(const Model& model, Printer& out);

// The specialisation of ModelOf, which belongs into namespace modelservice.
void EmitModelOf(const File& file, const Model& model, Printer& out);

// The constants and the function behind CustomerModel::Model(), for the
// source's unnamed namespace. Returns the name of the Model constant.
std::string EmitModelTable(const File& file, const Model& model,
                           UniqueNames& names, Printer& out);

// CustomerModel::Model() itself; `constant` is what EmitModelTable returned.
void EmitModelAccessor(const Model& model, const std::string& constant,
                       Printer& out);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_MODEL_H_
