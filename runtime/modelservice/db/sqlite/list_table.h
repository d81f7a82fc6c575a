// The table function modelservice_list(?), whose rows are the values of a
// Value::List: what a column is looked for in, by one text for lists of any
// length.
#ifndef MODELSERVICE_DB_SQLITE_LIST_TABLE_H_
#define MODELSERVICE_DB_SQLITE_LIST_TABLE_H_

#include <sqlite3.h>

#include "modelservice/value.h"

namespace modelservice::sqlite {

// Gives the connection the function. SQLite's code.
int AddListTable(sqlite3* connection);

// Binds `list`, which outlives the statement's run. SQLite's code.
int BindList(sqlite3_stmt* statement, int position, const Value& list);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_LIST_TABLE_H_
