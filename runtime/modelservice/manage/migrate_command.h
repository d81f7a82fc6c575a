// The commands that apply migrations and show them.
#ifndef MODELSERVICE_MANAGE_MIGRATE_COMMAND_H_
#define MODELSERVICE_MANAGE_MIGRATE_COMMAND_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/manage/command.h"
#include "modelservice/manage/migration_folder.h"

namespace modelservice {

inline constexpr Flag kMigrateFlags[] = {
    kMigrationsFlag,
    {"to", "NAME", "the last migration to have, by its number; or zero"},
    {"plan", "", "show what would be done, and do nothing"},
    {"check", "", "the same; exit code 1 when something is to be done"},
    {"fake", "", "only write down that it is done"},
    {"fake-initial", "",
     "write down the first migration as done where its tables are there"},
};
inline constexpr Flag kShowMigrationsFlags[] = {kMigrationsFlag};
inline constexpr Flag kSqlMigrateFlags[] = {
    kMigrationsFlag,
    {"backwards", "", "the statements that take the migration back"},
};

// Whether there are migrations for the database; else `migrate` makes the
// tables that are missing.
absl::StatusOr<bool> HasMigrations(const Invocation& call);

absl::Status ApplyMigrations(const Invocation& call);
absl::Status ShowMigrations(const Invocation& call);
// Prints one, by its name.
absl::Status PrintMigration(const Invocation& call);

// The names of those that `database` has not had.
absl::StatusOr<std::vector<std::string>> MissingMigrations(
    const Invocation& call);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_MIGRATE_COMMAND_H_
