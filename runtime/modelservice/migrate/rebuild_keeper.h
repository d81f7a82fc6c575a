// SQLite's tables made anew (script.h) lose their indexes and triggers: those
// that the migration does not make again were somebody else's, and come back.
// Columns that it knows nothing of would be lost with what they hold: it is
// refused.
#ifndef MODELSERVICE_MIGRATE_REBUILD_KEEPER_H_
#define MODELSERVICE_MIGRATE_REBUILD_KEEPER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/db/session.h"
#include "modelservice/migrate/migration_file.h"
#include "modelservice/migrate/script.h"

namespace modelservice {

// For one part of a script, in its transaction.
class RebuildKeeper {
 public:
  // `file` outlives it.
  RebuildKeeper(DatabaseSession& session, const MigrationFile& file,
                bool backwards)
      : session_(session), file_(file), backwards_(backwards) {}

  // Whether the part is to be run without foreign keys, which a table that goes
  // for a moment would take rows of others with.
  static bool IsNeeded(const ScriptPart& part);

  // Behind BEGIN, ahead of each statement, and ahead of COMMIT.
  absl::Status Start();
  absl::Status Before(absl::string_view statement);
  absl::Status Finish();

 private:
  absl::StatusOr<size_t> CountViolations();
  // FAILED_PRECONDITION where the table has columns that `copy`, the INSERT
  // into its new form, leaves behind unasked.
  absl::Status CheckColumns(absl::string_view copy);
  // Whether the column goes because the migration says so: its head does, or
  // its other way makes it.
  bool IsDropMeant(const std::string& table, const std::string& column) const;
  // What the table is called before this way renames it.
  std::string NameBefore(std::string table) const;

  DatabaseSession& session_;
  const MigrationFile& file_;
  const bool backwards_;
  size_t violations_ = 0;
  // Names, and statements that make them.
  std::vector<std::pair<std::string, std::string>> kept_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_REBUILD_KEEPER_H_
