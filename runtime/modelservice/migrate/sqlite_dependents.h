// Views and triggers of SQLite, whose SQL is not looked at when a table that it
// names becomes another one.
//
//   const auto before = BrokenDependents(*session);
//   ... tables are made anew ...
//   const auto after = BrokenDependents(*session);
#ifndef MODELSERVICE_MIGRATE_SQLITE_DEPENDENTS_H_
#define MODELSERVICE_MIGRATE_SQLITE_DEPENDENTS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "modelservice/db/session.h"

namespace modelservice {

// Those that do not work as the tables are: "view seen", "a trigger of
// INSERT INTO customer", with SQLite's words.
absl::StatusOr<std::map<std::string, std::string>> BrokenDependents(
    DatabaseSession& session);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_SQLITE_DEPENDENTS_H_
