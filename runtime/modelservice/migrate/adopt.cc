#include "modelservice/migrate/adopt.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/schema/owned_table.h"

namespace modelservice {

absl::StatusOr<Adoption> CompareWithSchema(Database& database,
                                           const Schema& schema) {
  const auto catalog = catalog::ReadCatalog(database);
  if (!catalog.ok()) return catalog.status();
  Adoption adoption;
  for (const SchemaTable& table : schema.tables) {
    const catalog::Table* live = catalog->Find(table.spec.FullName());
    // What the search path finds has no schema in a catalog.
    if (live == nullptr) live = catalog->Find(table.spec.name);
    if (live == nullptr) {
      adoption.differences.push_back(
          {Difference::Weight::kBroken,
           absl::StrCat("table \"", table.spec.FullName(), "\", of ",
                        table.spec.message, ", does not exist"),
           "make it first, as sqlmigrate prints it"});
      continue;
    }
    ++adoption.tables;
    const OwnedTable owned(table.spec);
    for (Difference& one :
         CompareTable(owned.table(), *live, database.dialect())) {
      if (one.weight == Difference::Weight::kDetail) continue;
      adoption.differences.push_back(std::move(one));
    }
  }
  return adoption;
}

}  // namespace modelservice
