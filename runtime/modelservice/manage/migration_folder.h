// The folder of migrations: for each kind of database one in it, like
// migrations/sqlite, with files like 0007_customer_phone.sql and the schema
// that they lead to.
#ifndef MODELSERVICE_MANAGE_MIGRATION_FOLDER_H_
#define MODELSERVICE_MANAGE_MIGRATION_FOLDER_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/base/flags.h"
#include "modelservice/migrate/migrator.h"
#include "modelservice/migrate/schema.h"

namespace modelservice {

inline constexpr Flag kMigrationsFlag = {
    "migrations", "FOLDER",
    "where the migrations are; default: migrations, here"};

struct MigrationFolder {
  std::string path;  // with the kind of database
  // In their order, those that are C++ among them.
  std::vector<Migration> migrations;
  // Behind the last one.
  Schema schema;
  // Those whose files say another checksum than theirs, where that is let pass.
  std::set<std::string> unsealed;
  // Behind the first one; for --fake-initial.
  std::optional<Schema> initial;

  // The number of the next one.
  int next() const;
  // What a user calls it: 7, 0007, 0007_customer_phone, or the beginning of
  // that; "zero" is "", before the first one.
  absl::StatusOr<std::string> Find(const std::string& name) const;
};

std::string MigrationPath(const Flags& flags, const Dialect& dialect);

// FAILED_PRECONDITION for two of one number, as two branches make them, and for
// what a merge left undone; an empty one where there is no folder. `only_looks`
// lets wrong checksums pass.
absl::StatusOr<MigrationFolder> ReadMigrations(const std::string& path,
                                               const NamedMigrations& coded,
                                               bool only_looks = false);

// Whether there is such a folder.
bool FolderExists(const std::string& path);

// Writes a migration behind the others, and the schema that it leads to;
// returns the file's path. What it lacks of folders is made.
absl::StatusOr<std::string> AddMigration(const MigrationFolder& folder,
                                         const std::string& name,
                                         const std::string& text, Schema after);

// Whether the schema's file says it as it is; it may lack new names of messages
// and fields that no table has.
bool IsSchemaOf(const MigrationFolder& folder, Schema schema);
// Writes it anew; returns the file's path.
absl::StatusOr<std::string> UpdateSchema(const MigrationFolder& folder,
                                         Schema schema);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_MIGRATION_FOLDER_H_
