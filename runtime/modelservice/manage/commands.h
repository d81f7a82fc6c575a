// The commands of Main, one function each. An error's message is the line for
// the user.
#ifndef MODELSERVICE_MANAGE_COMMANDS_H_
#define MODELSERVICE_MANAGE_COMMANDS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/config.pb.h"
#include "modelservice/db/database.h"
#include "modelservice/service/registry.h"

namespace modelservice {

absl::Status Serve(Registry& registry, const Settings& settings);
absl::Status Migrate(Registry& registry, const Settings& settings);
absl::Status SqlMigrate(Registry& registry, const Settings& settings);

// Opens the database of a URL by its scheme; the one place that names backends.
absl::StatusOr<std::unique_ptr<Database>> OpenDatabase(const std::string& url);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_COMMANDS_H_
