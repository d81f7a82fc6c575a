// One migration of one kind of database, as a file that people read and may
// change until it is applied:
//
//   -- + customer: column phone, for shop.Customer.phone (7)
//   -- ! drop: column fax of customer goes, and what it holds; ...
//   -- checksum: 5891b5b522d5df08...
//   -- up
//   ALTER TABLE "customer" ADD COLUMN ...;
//   -- alone
//   CREATE INDEX CONCURRENTLY ...;
//   -- down
//   ...
//
// Behind `-- up` and `-- down` stand statements that are one transaction; so do
// those behind `-- transaction`, another one, and those behind `-- alone` are
// run outside of any. Pure functions.
#ifndef MODELSERVICE_MIGRATE_MIGRATION_FILE_H_
#define MODELSERVICE_MIGRATE_MIGRATION_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/migrate/reasons.h"
#include "modelservice/migrate/script.h"

namespace modelservice {

struct MigrationFile {
  std::vector<std::string> reasons;
  std::vector<Danger> dangers;
  Script up;
  Script down;
  // Of the statements, both ways: SHA-256 in hex. Set by ParseMigration.
  std::string checksum;
};

// `sealed`: with the checksum; without it, whoever edits the file need not
// change that, too.
std::string WriteMigration(const MigrationFile& file, bool sealed = true);

// FAILED_PRECONDITION, after `place`, for what is no such file, and where the
// checksum that it says is not that of its statements; unless `seal` is there,
// which then has that.
absl::StatusOr<MigrationFile> ParseMigration(absl::string_view text,
                                             absl::string_view place,
                                             absl::Status* seal = nullptr);

// Of the first `count` parts of one way, in the same form.
std::string ChecksumOf(const Script& script, size_t count);

// One way of it, as the command sqlmigrate prints it.
std::string TextOf(const Script& script);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_MIGRATION_FILE_H_
