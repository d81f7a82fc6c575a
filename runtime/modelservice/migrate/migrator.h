// Brings a database from one migration to another, and keeps account of it in
// the table modelservice_migration.
//
//   Migrator migrator(*session, open, migrations, {});
//   absl::StatusOr<std::vector<PlannedMigration>> done = migrator.Run({});
//
// Each part of a migration is a transaction that says, too, that it is done; so
// whatever ends in between is gone on with by the next run. Of several that run
// at a time, on PostgreSQL one works, under an advisory lock, and on SQLite
// each finds what the others have done, and ABORTED where they go the other
// way.
//
// Ownership: refers to all that it is given. Threads: one. Errors: a line for
// the user that names the migration and what to do.
#ifndef MODELSERVICE_MIGRATE_MIGRATOR_H_
#define MODELSERVICE_MIGRATE_MIGRATOR_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "modelservice/database.h"
#include "modelservice/db/session.h"
#include "modelservice/migrate/migration_file.h"
#include "modelservice/migrate/migration_function.h"

namespace modelservice {

struct Migration {
  std::string name;                      // "0007_customer_phone"
  std::optional<MigrationFile> file;     // of the database's kind
  const CodedMigration* code = nullptr;  // may be null
};

// What the database says of one.
struct AppliedMigration {
  std::string name;
  std::string checksum;
  // How many parts are done of one that was ended half way, and the checksum of
  // these alone.
  size_t parts = 0;
  std::string parts_checksum;
  bool backwards = false;
  // When its last part was done, in UTC; empty for one that is half way.
  std::string time;
  double seconds = 0;

  bool finished() const { return !time.empty(); }
};

// What became of a migration's file since a database had it, or a part of it.
enum class FileState {
  kSame,
  kRestEdited,  // parts that the database has not had yet
  kEdited,
};
FileState FileStateOf(const Migration& migration, const AppliedMigration& row);

struct PlannedMigration {
  const Migration* migration;
  bool backwards;
  // Ends only what is half done this way. Where it is not any more, somebody
  // else has ended it, and may have turned round already.
  bool only_finishes = false;
};

// A statement that is about to run.
struct MigrationStep {
  absl::string_view migration;
  absl::string_view statement;
  size_t position;  // from 1
  size_t count;     // in this migration
};

struct MigratorOptions {
  // How long another one that migrates is waited for.
  absl::Duration lock_wait = absl::Minutes(10);
  std::function<void(const MigrationStep&)> on_step;
};

class Migrator {
 public:
  using OpenFunction =
      std::function<absl::StatusOr<std::unique_ptr<Database>>()>;

  // `migrations` are in their order; those that are C++ are given a database
  // that `open` has just opened.
  Migrator(DatabaseSession& session, OpenFunction open,
           const std::vector<Migration>& migrations, MigratorOptions options)
      : session_(session),
        open_(std::move(open)),
        migrations_(migrations),
        options_(std::move(options)) {}

  // All that is in the account, in the order of names. Writes nothing.
  absl::StatusOr<std::vector<AppliedMigration>> Applied();

  // What leads to the state behind `target`; null: behind the last one.
  // FAILED_PRECONDITION where the account and the migrations do not fit. Writes
  // nothing.
  absl::StatusOr<std::vector<PlannedMigration>> Plan(
      const std::optional<std::string>& target);

  // Does that, and says what it has done, without what others have done in the
  // meantime. A target of "" is before the first.
  absl::StatusOr<std::vector<PlannedMigration>> Run(
      const std::optional<std::string>& target);

  // Only writes down that it is done.
  absl::StatusOr<std::vector<PlannedMigration>> Fake(
      const std::optional<std::string>& target);

 private:
  absl::Status Lock();
  void Unlock();
  absl::Status MakeTable();
  absl::Status CheckAccount(const std::vector<AppliedMigration>& applied);
  absl::StatusOr<std::vector<PlannedMigration>> Each(
      const std::optional<std::string>& target,
      const std::function<absl::StatusOr<bool>(const PlannedMigration&)>& act);

  DatabaseSession& session_;
  const OpenFunction open_;
  const std::vector<Migration>& migrations_;
  const MigratorOptions options_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_MIGRATOR_H_
