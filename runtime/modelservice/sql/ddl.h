// CREATE TABLE and CREATE INDEX from a table's description, and what brings a
// table that is there nearer to it.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SQL_DDL_H_
#define MODELSERVICE_SQL_DDL_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/schema/table_spec.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {

// "CASCADE", as ON DELETE has it.
absl::string_view ActionSql(ReferentialAction action);

// The statements that make `table` and its indexes, each ended by ";\n".
std::string CreateTableSql(const Table& table, const Dialect& dialect);

// Those of several tables, in an order in which they can be made: each after
// those it refers to, and the references of a circle last where the database
// wants that. Their schemas are made when they are missing.
std::string CreateTablesSql(absl::Span<const Table* const> tables,
                            const Dialect& dialect);

// The same of tables as they are made (MadeTable).
std::string CreateMadeTablesSql(const std::vector<TableSpec>& tables,
                                const Dialect& dialect);

// Statements, each ended by ";", that give `table`, which is there, a part of
// what it is described as (MadeTable). Empty for what the database cannot give
// to a table that is there (Dialect::alters_constraints).

// With the column's UNIQUE and reference. A NOT NULL column without a DEFAULT
// has no value for the rows that are there: it is added as one that takes NULL.
std::string AddColumnSql(const TableSpec& table, const ColumnSpec& column,
                         const Dialect& dialect);
// Also of an index that a constraint would make.
std::string AddIndexSql(const TableSpec& table, const IndexSpec& index,
                        const Dialect& dialect);
std::string AddCheckSql(const TableSpec& table, const CheckSpec& check,
                        const Dialect& dialect);
// By the reference's name, if it has one; `behind` is what follows, like "NOT
// VALID".
std::string AddReferenceSql(const TableSpec& table,
                            const ReferenceSpec& reference,
                            const Dialect& dialect,
                            absl::string_view behind = {});
// `change` is what follows the column's name: "SET NOT NULL".
std::string AlterColumnSql(const TableSpec& table, absl::string_view column,
                           absl::string_view change, const Dialect& dialect);
std::string DropConstraintSql(const TableSpec& table, absl::string_view name,
                              const Dialect& dialect);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_DDL_H_
