// The parameter string that protoc hands to the plugin:
// --modelservice_opt=emit=cpp,sql
#ifndef MODELSERVICE_PLUGIN_PARAMETERS_H_
#define MODELSERVICE_PLUGIN_PARAMETERS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice::plugin {

// What to write for each file.
struct Parameters {
  bool cpp = false;  // x.modelservice.pb.h and .cc
  bool sql = false;  // x.sql
};

// InvalidArgument, in words for the user, for an unknown parameter or value.
absl::StatusOr<Parameters> ParseParameters(absl::string_view text);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_PARAMETERS_H_
