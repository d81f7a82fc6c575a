// SQLite's tables made anew (script.h) lose their indexes, triggers,
// constraints and clauses: those that the migration does not make again were
// somebody else's, and come back. Columns that it knows nothing of would be
// lost with what they hold: it is refused.
#ifndef MODELSERVICE_MIGRATE_REBUILD_KEEPER_H_
#define MODELSERVICE_MIGRATE_REBUILD_KEEPER_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/db/session.h"
#include "modelservice/migrate/kept_constraints.h"
#include "modelservice/migrate/migration_file.h"
#include "modelservice/migrate/rebuild_script.h"
#include "modelservice/migrate/script.h"

namespace modelservice {

// For one part of a script, in its transaction.
class RebuildKeeper {
 public:
  // `file` outlives it.
  RebuildKeeper(DatabaseSession& session, const MigrationFile& file,
                bool backwards)
      : session_(session), script_(file, backwards) {}

  // Whether the part is to be run without foreign keys, which a table that goes
  // for a moment would take rows of others with.
  static bool IsNeeded(const ScriptPart& part);

  // Behind BEGIN, ahead of each statement, and ahead of COMMIT.
  absl::Status Start();
  absl::Status Before(absl::string_view statement);
  absl::Status Finish();

  // The failure of the statement that Before was called for, with what it may
  // be due to.
  absl::Status Explained(absl::string_view statement,
                         const absl::Status& status) const;

 private:
  // By table and table that it refers to: how many rows lead to none.
  using Violations = std::map<std::pair<std::string, std::string>, size_t>;
  absl::StatusOr<Violations> CountViolations();
  // FAILED_PRECONDITION where the table has columns that `copy`, the INSERT
  // into its new form, leaves behind unasked.
  absl::Status CheckColumns(absl::string_view copy);
  // Makes the new form, which has no rows yet, with what the table has that the
  // migration does not know.
  absl::Status KeepUnknown(const std::string& table);
  absl::Status KeepSequence(const std::string& table);
  // An index that others made does what a new one of the models would over the
  // same columns.
  absl::Status DropTwins(const std::set<std::string>& others);
  // FAILED_PRECONDITION where the new form has values that are none of their
  // columns' new types, which SQLite takes all the same.
  absl::Status CheckValues(const std::string& table);
  absl::StatusOr<RebuiltTable> ReadRebuilt(const std::string& table);
  DatabaseSession& session_;
  const RebuildScript script_;
  Violations violations_;
  // Views and triggers that do not work, with reasons.
  std::map<std::string, std::string> broken_;
  // Indexes and triggers of tables that are made anew.
  struct KeptObject {
    std::string name;
    std::string sql;
    std::string table;
  };
  std::vector<KeptObject> kept_;
  // What the table that is being copied keeps, as its head would name it.
  std::vector<std::string> kept_texts_;
  // That table, where keys of its rows that are gone are not given again.
  std::string sequence_of_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_REBUILD_KEEPER_H_
