// The commands of Main, one function each. An error's message is the line for
// the user.
#ifndef MODELSERVICE_MANAGE_COMMANDS_H_
#define MODELSERVICE_MANAGE_COMMANDS_H_

#include "absl/status/status.h"
#include "modelservice/manage/command.h"

namespace modelservice {

absl::Status Migrate(const Invocation& call);
absl::Status SqlMigrate(const Invocation& call);
// Prints how the database differs from the models. FAILED_PRECONDITION when it
// keeps less than they promise.
absl::Status Check(const Invocation& call);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_COMMANDS_H_
