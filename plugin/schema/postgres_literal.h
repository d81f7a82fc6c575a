// Texts of values of PostgreSQL's own types.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_POSTGRES_LITERAL_H_
#define MODELSERVICE_PLUGIN_SCHEMA_POSTGRES_LITERAL_H_

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

// Whether `text` may be a value of the type: an address, an OID, or an array of
// such, of numbers or of anything. True for every text of another type, which
// only the database reads.
bool MayBeOfType(absl::string_view type, absl::string_view text);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_POSTGRES_LITERAL_H_
