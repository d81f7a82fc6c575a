// Pictures of a file's models: entity-relationship diagrams as text.
#ifndef MODELSERVICE_PLUGIN_EMIT_DIAGRAM_H_
#define MODELSERVICE_PLUGIN_EMIT_DIAGRAM_H_

#include <string>

#include "modelservice/sql/dialect.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// x.mmd, for Mermaid.
std::string EmitMermaid(const File& file, const Dialect& dialect);
// x.dot, for Graphviz.
std::string EmitDot(const File& file, const Dialect& dialect);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_DIAGRAM_H_
