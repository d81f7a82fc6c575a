// What a server leaves open to everybody, and says so when it starts.
#ifndef MODELSERVICE_SERVER_EXPOSURE_H_
#define MODELSERVICE_SERVER_EXPOSURE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/config.pb.h"
#include "modelservice/registry.h"
#include "modelservice/service/method.h"

namespace modelservice {

// INVALID_ARGUMENT, naming the setting, for a text that is no expression.
absl::Status CheckAccess(const Settings& settings);

// Whether others than this machine's processes reach what listens there, at one
// of the addresses at least.
bool IsPublicAddress(absl::string_view addresses);

// Whether somebody without credentials may call the method, by its own access
// or else by `default_access`. What depends on a permission of the program's is
// not open.
bool IsOpen(const Method& method, absl::string_view default_access);

// Who may ask for descriptors.
std::string ReflectionAccess(const Settings& settings);

// Logs, of a server that has authenticators, the methods that are open, and
// that credentials cross a network in the clear.
void LogExposure(const Settings& settings,
                 const std::vector<const Service*>& services);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_EXPOSURE_H_
