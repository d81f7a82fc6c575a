// Which expression of `access` is about a method: `read`, `write` or `require`.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_ACCESS_TEXT_H_
#define MODELSERVICE_PLUGIN_SCHEMA_ACCESS_TEXT_H_

#include "absl/strings/string_view.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

struct AccessText {
  absl::string_view setting;
  int number;  // the setting's
  absl::string_view text;
};

// What `access` says of methods that only read, or of the others. Empty text:
// nothing. `access` outlives it.
AccessText AccessFor(const AccessSettings& access, bool reads);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_ACCESS_TEXT_H_
