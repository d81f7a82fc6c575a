// Migrations that are C++: what Registry::AddMigration takes.
#ifndef MODELSERVICE_MIGRATE_MIGRATION_FUNCTION_H_
#define MODELSERVICE_MIGRATE_MIGRATION_FUNCTION_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "modelservice/transaction.h"

namespace modelservice {

using MigrationFunction = std::function<absl::Status(Transaction&)>;

struct CodedMigration {
  MigrationFunction forwards;
  // Null: there is no way back.
  MigrationFunction backwards;
};

// By the names of the migrations: "0008_fill".
using NamedMigrations = std::map<std::string, CodedMigration>;

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_MIGRATION_FUNCTION_H_
