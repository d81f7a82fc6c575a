// What a table of SQLite's says beside its constraints that a migration which
// makes the table anew knows nothing of: collations, deferred references,
// DEFAULTs, ON CONFLICT, STRICT. It stays, too.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_MIGRATE_KEPT_CLAUSES_H_
#define MODELSERVICE_MIGRATE_KEPT_CLAUSES_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/migrate/kept_constraints.h"

namespace modelservice {

struct KeptClauses {
  // The CREATE TABLE of the new form, with them.
  std::string made;
  // As a migration's head would name them: "collate (name) of t goes".
  std::vector<std::string> kept;
  // Whether keys of rows that are gone are not to be given again.
  bool autoincrement = false;
};

// All but those of which `is_said` that they go. FAILED_PRECONDITION for what
// cannot stay in a column that is written to: how it is computed.
absl::StatusOr<KeptClauses> WithKeptClauses(
    const RebuiltTable& table, absl::string_view name,
    absl::FunctionRef<bool(const std::string&)> is_said);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_KEPT_CLAUSES_H_
