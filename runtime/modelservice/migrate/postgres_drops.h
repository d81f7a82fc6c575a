// Checks, indexes and keys that go, in PostgreSQL's SQL.
#ifndef MODELSERVICE_MIGRATE_POSTGRES_DROPS_H_
#define MODELSERVICE_MIGRATE_POSTGRES_DROPS_H_

#include <string>
#include <vector>

#include "modelservice/migrate/schema_change.h"
#include "modelservice/migrate/script.h"

namespace modelservice {

// Statements, of all tables that change. By what they are, where `names` are
// anybody's and none that is the same stays.
std::vector<std::string> DropRulesSql(const SchemaChange& change,
                                      NamesOfDropped names);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_POSTGRES_DROPS_H_
