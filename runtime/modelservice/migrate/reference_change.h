// Which references a change of schema has to drop and add: those that change,
// and those that hang on types, keys and unique indexes that do.
#ifndef MODELSERVICE_MIGRATE_REFERENCE_CHANGE_H_
#define MODELSERVICE_MIGRATE_REFERENCE_CHANGE_H_

#include <vector>

#include "modelservice/migrate/schema_change.h"

namespace modelservice {

struct TableReference {
  const TableSpec* table;
  const ReferenceSpec* reference;
};

struct ReferenceChanges {
  std::vector<TableReference> dropped;  // by their names before
  std::vector<TableReference> added;    // and after
};

// Of tables that stay.
ReferenceChanges ReferenceChangesOf(const SchemaMatch& match,
                                    const SchemaChange& change);

// Whether the database takes a reference to these columns only once they have
// become what they are to be.
bool IsTargetAltered(const SchemaChange& change,
                     const ReferenceSpec& reference);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_REFERENCE_CHANGE_H_
