// The function modelservice_decimal_sum: the sum of decimals, which SQLite
// keeps as text, without a loss.
#ifndef MODELSERVICE_DB_SQLITE_DECIMAL_SUM_H_
#define MODELSERVICE_DB_SQLITE_DECIMAL_SUM_H_

#include <sqlite3.h>

namespace modelservice::sqlite {

// Gives the connection the function. Of NULLs alone it is NULL; what is no
// decimal number is the statement's error. SQLite's code.
int AddDecimalSum(sqlite3* connection);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_DECIMAL_SUM_H_
