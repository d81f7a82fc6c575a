// The table that a database makes of a description: types, NULLs, DEFAULTs,
// keys, indexes, checks and references, as its dialect writes them. What ddl.h
// writes, and what a catalog is compared with.
//
// A pure function: safe from any thread.
#ifndef MODELSERVICE_SQL_MADE_TABLE_H_
#define MODELSERVICE_SQL_MADE_TABLE_H_

#include "modelservice/schema/table.h"
#include "modelservice/schema/table_spec.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {

// Without what no database keeps: message, fields, the order of rows, sizes of
// pages, who may refer to what; and without the schema where there are none.
TableSpec MadeTable(const Table& table, const Dialect& dialect);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_MADE_TABLE_H_
