// Reads what SQLite keeps of a table or an index only as the SQL that made it.
#ifndef MODELSERVICE_INTROSPECT_SQLITE_DEFINITION_H_
#define MODELSERVICE_INTROSPECT_SQLITE_DEFINITION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/introspect/catalog.h"

namespace modelservice::catalog {

// The CHECK constraints of a CREATE TABLE, of columns and of the table.
std::vector<Check> ChecksOf(absl::string_view create_table);

// A constraint of a CREATE TABLE, whether a column has it or the table.
struct Constraint {
  enum class Kind { kCheck, kUnique, kReference };
  Kind kind = Kind::kCheck;
  std::string name;                  // may be empty
  std::vector<std::string> columns;  // none of a check
  // The condition of a check; of a reference, all from REFERENCES on; of what
  // is unique, all behind UNIQUE where that is more than columns: a collation,
  // ON CONFLICT.
  std::string sql;
  size_t end = 0;  // of a reference, in the statement
};
// In their order; primary keys are not among them.
std::vector<Constraint> ConstraintsOf(absl::string_view create_table);

// As it stands in a CREATE TABLE, behind the columns.
std::string TextOf(const Constraint& constraint);

// The CREATE TABLE with `text`, a constraint, behind all that it has.
std::string WithConstraint(absl::string_view create_table,
                           absl::string_view text);

// Of a reference: "DEFERRABLE INITIALLY DEFERRED"; empty for none.
std::string DeferralOf(const Constraint& reference);

// Whether an expression names the column.
bool Mentions(absl::string_view sql, absl::string_view column);

// Whether a CREATE TABLE ends with WITHOUT ROWID.
bool IsWithoutRowid(absl::string_view create_table);

// Whether a key of a CREATE TABLE says AUTOINCREMENT.
bool HasAutoincrement(absl::string_view create_table);

// The module of a CREATE VIRTUAL TABLE, in lower case: "fts5".
std::string ModuleOf(absl::string_view create_virtual_table);

// What the module puts behind a table's name and "_" to name tables that it
// keeps its data in; empty for a module that is not SQLite's own.
std::vector<std::string> ShadowsOf(absl::string_view module);

// The condition of a CREATE INDEX; empty when it has none.
std::string WhereOf(absl::string_view create_index);

}  // namespace modelservice::catalog

#endif  // MODELSERVICE_INTROSPECT_SQLITE_DEFINITION_H_
