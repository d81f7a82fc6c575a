// The commands of Main, one function each. An error's message is the line for
// the user.
#ifndef MODELSERVICE_MANAGE_COMMANDS_H_
#define MODELSERVICE_MANAGE_COMMANDS_H_

#include "absl/status/status.h"
#include "modelservice/config.pb.h"
#include "modelservice/service/registry.h"

namespace modelservice {

absl::Status Serve(Registry& registry, const Settings& settings);
absl::Status Migrate(Registry& registry, const Settings& settings);
absl::Status SqlMigrate(Registry& registry, const Settings& settings);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_COMMANDS_H_
