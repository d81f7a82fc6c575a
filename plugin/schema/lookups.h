// Django's lookups, as the names of request fields have them: the "gte" of
// price__gte.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_LOOKUPS_H_
#define MODELSERVICE_PLUGIN_SCHEMA_LOOKUPS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

struct LookupKind {
  // What the request's field has to be.
  enum class Takes {
    kValue,  // one of the column's type
    kList,   // several of that
    kText,
    kBool,
  };

  absl::string_view name;      // "gte"
  absl::string_view constant;  // the runtime's Lookup, "kGte"
  Takes takes;
};

// Null for a name of none.
const LookupKind* FindLookup(absl::string_view name);

// Whether Django has a lookup of the name, for whatever type.
bool IsDjangosLookup(absl::string_view name);

// The names of all that FindLookup finds, for a mend.
std::string LookupNames();

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_LOOKUPS_H_
