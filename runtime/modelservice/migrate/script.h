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

Script ScriptOf(const SchemaMatch& match, const Dialect& dialect);

// For ScriptOf.
Script PostgresScript(const SchemaMatch& match, const SchemaChange& change);
Script SqliteScript(const SchemaChange& change);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_SCRIPT_H_
