// Statements for PostgreSQL that look their objects up when they are run: a
// database that others made, or one that was renamed, has names of its own for
// constraints.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_MIGRATE_POSTGRES_LOOKUP_H_
#define MODELSERVICE_MIGRATE_POSTGRES_LOOKUP_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/schema/table_spec.h"

namespace modelservice {

// The index of this name, and those that are what it is.
std::string DropIndexSql(const TableSpec& table, const IndexSpec& index);
// The check of this name, and those that say the same.
std::string DropCheckSql(const TableSpec& table, const CheckSpec& check);
// The foreign keys of exactly these columns.
std::string DropReferencesSql(const TableSpec& table,
                              const std::vector<std::string>& columns);
// The UNIQUE constraints and unique indexes over all rows of exactly these.
std::string DropUniqueSql(const TableSpec& table,
                          const std::vector<std::string>& columns);
// The UNIQUE constraints alone.
std::string DropUniqueConstraintsSql(const TableSpec& table,
                                     const std::vector<std::string>& columns);
std::string DropKeySql(const TableSpec& table);
std::string RenameCheckSql(const TableSpec& table, absl::string_view from,
                           absl::string_view to);
// Of an identity: goes on behind the greatest value.
std::string SetSequenceSql(const TableSpec& table, absl::string_view column);
// The sequence of a key whose column has another type now: PostgreSQL gives
// that to an identity's, and leaves a serial's as it was, which then ends
// early.
std::string RetypeSequenceSql(const TableSpec& table, absl::string_view column,
                              absl::string_view type);
// To `schema`; empty: to the first of the search path.
std::string SetSchemaSql(const TableSpec& table, absl::string_view schema);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_POSTGRES_LOOKUP_H_
