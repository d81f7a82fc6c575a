// The initialiser of one column in a table's description.
#ifndef MODELSERVICE_PLUGIN_EMIT_COLUMN_H_
#define MODELSERVICE_PLUGIN_EMIT_COLUMN_H_

#include <string>
#include <vector>

#include "modelservice/schema/table.h"

namespace modelservice::plugin {

// The constructor of the runtime's Column and each of its setters, apart.
// `allowed` and `reference` name the constants with the column's allowed values
// and its foreign key; they are used only where it has them.
std::vector<std::string> ColumnPieces(const Column& column,
                                      const std::string& allowed,
                                      const std::string& reference);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_COLUMN_H_
