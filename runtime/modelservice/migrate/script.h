// The SQL of a change of schema, in the parts that it is run in.
//
//   const Script up = ScriptOf(match, SqliteDialect());
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_MIGRATE_SCRIPT_H_
#define MODELSERVICE_MIGRATE_SCRIPT_H_

#include <string>
#include <vector>

#include "modelservice/migrate/schema_change.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {

struct ScriptPart {
  // Whether the statements are run one by one outside of any transaction: they
  // can be run again from the first. Else they are one transaction.
  bool alone = false;
  std::vector<std::string> statements;
};
using Script = std::vector<ScriptPart>;

// How indexes and checks are called that are dropped: as migrations that made
// them call them, or perhaps as Django does, of whose database they are.
enum class NamesOfDropped { kOurs, kAnybodys };

Script ScriptOf(const SchemaMatch& match, const Dialect& dialect,
                NamesOfDropped names = NamesOfDropped::kAnybodys);

// For ScriptOf.
Script PostgresScript(const SchemaMatch& match, const SchemaChange& change,
                      NamesOfDropped names);
Script SqliteScript(const SchemaChange& change);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_SCRIPT_H_
