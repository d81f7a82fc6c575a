// What the SQL of this project has beyond SQLite's own: functions, a collation,
// a virtual table, REGEXP.
#ifndef MODELSERVICE_DB_SQLITE_EXTENSIONS_H_
#define MODELSERVICE_DB_SQLITE_EXTENSIONS_H_

#include <sqlite3.h>

namespace modelservice::sqlite {

// Gives the connection all of them. SQLite's code of the first that failed:
// SQLITE_NOMEM, after which statements that use it say that there is no such
// thing.
int AddExtensions(sqlite3* connection);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_EXTENSIONS_H_
