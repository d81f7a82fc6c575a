// The constraints of a table of SQLite that a migration which makes the table
// anew knows nothing of: somebody else's, which stay.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_MIGRATE_KEPT_CONSTRAINTS_H_
#define MODELSERVICE_MIGRATE_KEPT_CONSTRAINTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/introspect/sqlite_definition.h"
#include "modelservice/migrate/schema_change.h"

namespace modelservice {

// The first three are CREATE TABLE statements.
struct RebuiltTable {
  std::string live;
  std::string made;
  // Its form ahead of the migration, as that knows it, with the columns that it
  // has renamed since; empty: not known.
  std::string before;
  bool has_other_way = false;
  // Columns of unique indexes, which do what UNIQUE does.
  std::vector<std::vector<std::string>> made_indexes;
  std::vector<std::vector<std::string>> before_indexes;
  std::vector<Renaming> renamed_columns;
  // Columns of `live` that `made` lacks: what names one of them goes with it.
  std::vector<std::string> gone;
};

std::vector<catalog::Constraint> UnknownConstraints(const RebuiltTable& table);

// What a migration's head says where one is to go: "check (a > 0) of t goes".
std::string GoesText(const catalog::Constraint& constraint,
                     absl::string_view table);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_KEPT_CONSTRAINTS_H_
