// Descriptions of one table, from models (sql/made_table.h) and from a database
// (catalog.h), in one form: equal tables are equal, wherever each writes the
// same in its own words.
//
//   Comparable(MadeTable(table, database.dialect()), postgres) ==
//       Comparable(*catalog.Find("customer"), postgres)
#ifndef MODELSERVICE_INTROSPECT_COMPARABLE_H_
#define MODELSERVICE_INTROSPECT_COMPARABLE_H_

#include "modelservice/schema/table_spec.h"

namespace modelservice::catalog {

// Types have no text, DEFAULTs are what they mean, constraints have no names,
// and everything without an order of its own is sorted. The digits of a decimal
// are not compared; nor, on PostgreSQL, which writes them anew, what conditions
// of indexes and checks say: only that they are there.
TableSpec Comparable(TableSpec spec, bool postgres);

}  // namespace modelservice::catalog

#endif  // MODELSERVICE_INTROSPECT_COMPARABLE_H_
