// The clauses of a CREATE TABLE of SQLite's, each at its place: what columns
// say of themselves beyond constraints (sqlite_definition.h), and the table's
// options.
//
//   const TableClauses table = ClausesOf(sql);
//   for (const ColumnClauses& column : table.columns) {
//     if (const Clause* collate = column.Find(Clause::Kind::kCollate)) ...
//   }
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_INTROSPECT_SQLITE_CLAUSES_H_
#define MODELSERVICE_INTROSPECT_SQLITE_CLAUSES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice::catalog {

struct Clause {
  enum class Kind {
    kNotNull,
    kDefault,
    kCollate,
    kPrimaryKey,
    kGenerated,
    kOther,  // constraints
  };
  Kind kind = Kind::kOther;
  // As it is written: "COLLATE NOCASE", "NOT NULL ON CONFLICT IGNORE".
  std::string text;
  // "ON CONFLICT IGNORE"; empty for none.
  std::string conflict;
  bool autoincrement = false;
  // Where, in the statement, an ON CONFLICT and an AUTOINCREMENT of it go.
  size_t conflict_at = 0;
  size_t autoincrement_at = 0;
};

struct ColumnClauses {
  std::string name;
  std::vector<Clause> clauses;
  size_t end = 0;  // of its definition, in the statement

  const Clause* Find(Clause::Kind kind) const;
};

struct TableClauses {
  std::vector<ColumnClauses> columns;
  // The table's own PRIMARY KEY (...), if it has one.
  std::vector<Clause> key;
  bool strict = false;
  bool without_rowid = false;
  size_t inside_end = 0;  // of what is in its parentheses
  size_t end = 0;         // of the statement, ahead of a ";"

  const ColumnClauses* Find(absl::string_view column) const;
  // The primary key's, whether a column says it or the table; else null.
  const Clause* PrimaryKey() const;
};

TableClauses ClausesOf(absl::string_view create_table);

}  // namespace modelservice::catalog

#endif  // MODELSERVICE_INTROSPECT_SQLITE_CLAUSES_H_
