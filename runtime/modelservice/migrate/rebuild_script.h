// What a migration's file says of the tables of SQLite's that it makes anew
// (script.h): names of statements that it has, both ways.
#ifndef MODELSERVICE_MIGRATE_REBUILD_SCRIPT_H_
#define MODELSERVICE_MIGRATE_REBUILD_SCRIPT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/migrate/kept_constraints.h"
#include "modelservice/migrate/migration_file.h"
#include "modelservice/migrate/schema_change.h"
#include "modelservice/migrate/script.h"

namespace modelservice {

// Of `"a" TO "b";`: a and b.
std::vector<std::string> NamesIn(absl::string_view text);

// Of one way. Views the file.
class RebuildScript {
 public:
  RebuildScript(const MigrationFile& file, bool backwards)
      : file_(file),
        way_(backwards ? file.down : file.up),
        other_way_(backwards ? file.up : file.down) {}

  // Whether the migration's head says that something is to go.
  bool IsSaid(absl::string_view what) const;
  // Whether the column goes because the migration says so: its head does, or
  // its other way makes it.
  bool IsDropMeant(const std::string& table, const std::string& column) const;
  // What the migration knows of the table, into `rebuilt`.
  void Describe(const std::string& table, RebuiltTable* rebuilt) const;

 private:
  // The columns of the table that this way renames, in that order.
  std::vector<Renaming> RenamedColumns(const std::string& table) const;
  // What the table is called before this way renames it.
  std::string NameBefore(std::string table) const;

  const MigrationFile& file_;
  const Script& way_;
  const Script& other_way_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_REBUILD_SCRIPT_H_
