// A reference of a file's models and services, for those who call them.
#ifndef MODELSERVICE_PLUGIN_EMIT_DOCS_H_
#define MODELSERVICE_PLUGIN_EMIT_DOCS_H_

#include <string>

#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// x.md.
std::string EmitDocs(const File& file);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_DOCS_H_
