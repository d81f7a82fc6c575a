// Whether a database that somebody else made is what a migration would have
// made.
#ifndef MODELSERVICE_MIGRATE_ADOPT_H_
#define MODELSERVICE_MIGRATE_ADOPT_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/migrate/drift.h"
#include "modelservice/migrate/schema.h"

namespace modelservice {

struct Adoption {
  // How many of the schema's tables are there.
  size_t tables = 0;
  // What keeps the database from being what the schema says: details, like an
  // index that is not there, are not among it.
  std::vector<Difference> differences;
};

// By what tables are, not by what their constraints and indexes are called.
absl::StatusOr<Adoption> CompareWithSchema(Database& database,
                                           const Schema& schema);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_ADOPT_H_
