// CREATE TABLE and CREATE INDEX from a table's description.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SQL_DDL_H_
#define MODELSERVICE_SQL_DDL_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {

// The statements that make `table` and its indexes, each ended by ";\n".
std::string CreateTableSql(const Table& table, const Dialect& dialect);

// `tables` in an order in which each comes after those it refers to; tables in
// a circle keep their order, which SQLite allows.
std::vector<const Table*> InReferenceOrder(
    absl::Span<const Table* const> tables);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_DDL_H_
