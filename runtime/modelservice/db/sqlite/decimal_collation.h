// The collation modelservice_decimal: decimals, which SQLite keeps as text, in
// the order of the numbers that they are, exactly; what is none comes before
// them, by its bytes. Only our own statements name it, never a table, so that
// other programs can read and write the file.
#ifndef MODELSERVICE_DB_SQLITE_DECIMAL_COLLATION_H_
#define MODELSERVICE_DB_SQLITE_DECIMAL_COLLATION_H_

#include <sqlite3.h>

namespace modelservice::sqlite {

// Gives the connection the collation. SQLite's code.
int AddDecimalCollation(sqlite3* connection);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_DECIMAL_COLLATION_H_
