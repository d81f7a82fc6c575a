// The table modelservice_migration: which migrations a database has had.
#ifndef MODELSERVICE_MIGRATE_ACCOUNT_H_
#define MODELSERVICE_MIGRATE_ACCOUNT_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/db/session.h"
#include "modelservice/migrate/migrator.h"

namespace modelservice {

absl::Status MakeAccount(DatabaseSession& session);

// All rows; none where the table is not there.
absl::StatusOr<std::vector<AppliedMigration>> ReadAccount(
    DatabaseSession& session);
absl::StatusOr<std::optional<AppliedMigration>> ReadAccount(
    DatabaseSession& session, absl::string_view name);

// SQL with `?` and its values: for a session, or a transaction of a database.
using AccountStatement = std::pair<std::string, std::vector<Literal>>;
AccountStatement WriteAccount(const AppliedMigration& row);
AccountStatement ForgetInAccount(absl::string_view name);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_ACCOUNT_H_
