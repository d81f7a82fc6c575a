// What a server makes of a database that keeps less than the models promise.
#ifndef MODELSERVICE_MANAGE_DRIFT_GATE_H_
#define MODELSERVICE_MANAGE_DRIFT_GATE_H_

#include "absl/status/statusor.h"
#include "modelservice/database.h"
#include "modelservice/manage/command.h"
#include "modelservice/server.h"

namespace modelservice {

// Says in the log how the database differs, and refuses, as the setting
// on_drift has it. What it returns is for Server::Start, where that is to tell
// of it; else null. `database` outlives that.
//
// `only_check`: for nobody who would ask for the health of the server, so that
// what it would tell is refused.
absl::StatusOr<UnfitServices> CheckBeforeServing(const Invocation& call,
                                                 Database& database,
                                                 bool only_check);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_DRIFT_GATE_H_
