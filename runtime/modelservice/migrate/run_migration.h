// Runs one migration, from where it was left, and writes it down.
#ifndef MODELSERVICE_MIGRATE_RUN_MIGRATION_H_
#define MODELSERVICE_MIGRATE_RUN_MIGRATION_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "modelservice/migrate/migrator.h"

namespace modelservice {

// Whether it was this run that came to its end: somebody else may have, since
// it was planned.
absl::StatusOr<bool> RunMigration(DatabaseSession& session,
                                  const Migrator::OpenFunction& open,
                                  const PlannedMigration& planned,
                                  const MigratorOptions& options);

// DatabaseSession::Begin, which on SQLite waits no longer than its
// busy_timeout.
absl::Status BeginPatiently(DatabaseSession& session, absl::Duration wait);

// Of the first `parts` of one way, its file's alone.
std::string PartsChecksum(const Migration& migration, bool backwards,
                          size_t parts);

bool HasWayBack(const Migration& migration);
AppliedMigration FinishedRow(const Migration& migration, double seconds);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_RUN_MIGRATION_H_
