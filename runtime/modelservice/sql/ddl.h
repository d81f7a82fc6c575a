// CREATE TABLE and CREATE INDEX from a table's description.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SQL_DDL_H_
#define MODELSERVICE_SQL_DDL_H_

#include <string>

#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {

// The statements that make `table` and its indexes, each ended by ";\n".
std::string CreateTableSql(const Table& table, const Dialect& dialect);

// Those of several tables, in an order in which they can be made: each after
// those it refers to, and the references of a circle last where the database
// wants that. Their schemas are made when they are missing.
std::string CreateTablesSql(absl::Span<const Table* const> tables,
                            const Dialect& dialect);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_DDL_H_
