// The plugin's own checks, of files that are made here.
#ifndef MODELSERVICE_MANAGE_PLUGIN_CHECK_H_
#define MODELSERVICE_MANAGE_PLUGIN_CHECK_H_

#include <string>

#include "absl/status/status.h"

namespace modelservice {

// Whether protoc-gen-modelservice takes the file `name`; `files` is a
// FileDescriptorSet with it and what it imports. The error has the plugin's
// words.
absl::Status CheckWithPlugin(const std::string& name, const std::string& files);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_PLUGIN_CHECK_H_
